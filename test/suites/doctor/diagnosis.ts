import { expect } from 'vitest'
import type { CheckId, CheckStatus } from '../../../src/doctor/result.js'
import { type DoctorRunOptions, runDoctor } from '../../../src/doctor/runDoctor.js'
import type { Behaviour } from '../../doubles/simulator/index.js'

/** A key and a token with which the doctor runs. Its output must not contain them. */
export const KEY = 'AIzaSyDoctor-canary-key-0001'
export const OPERATOR_TOKEN = 'doctor-canary-token-000000'

/** Simulator behaviour of a model without faults, which thinks and streams. */
export const HEALTHY: Behaviour = { chunks: 10, chunkDelayMs: 20, thoughts: 'The primes are few.' }

/** Limits of the doctor, chosen so that no check fails because the machine is slow. */
export const PATIENT = { stepMs: 60_000, answerMs: 60_000, noResponseMs: 50, totalMs: 120_000, minStreamMs: 1, slowRedisMs: 60_000 }

/** The result of the doctor that a test expects for one fault. */
export interface Diagnosis {
  readonly check: CheckId
  readonly status?: CheckStatus
  /** Patterns of the cause and of the next step, each in English and in Chinese. */
  readonly cause: readonly [en: RegExp, zh: RegExp]
  readonly step: readonly [en: RegExp, zh: RegExp]
}

interface JsonResult {
  readonly id: CheckId
  readonly status: CheckStatus
  readonly message: { readonly en: string; readonly zh: string }
  readonly next_step: { readonly en: string; readonly zh: string } | null
}

/** Exit code, output and results of one run of the doctor; no results unless the output is JSON. */
export interface DoctorOutcome {
  readonly code: number
  readonly output: string
  readonly results: readonly JsonResult[]
}

/** Runs the doctor in this process. Its output is JSON by default. */
export async function examine(run: Partial<DoctorRunOptions>): Promise<DoctorOutcome> {
  let output = ''
  const write = (text: string): void => {
    output += text
  }
  const code = await runDoctor({ env: {}, limits: PATIENT, isJson: true, version: '1.2.3', ...run, write })
  const results = code === 2 || run.isJson === false ? [] : (JSON.parse(output) as { results: JsonResult[] }).results
  return { code, output, results }
}

/**
 * Expects that one check alone reports the fault, with cause and next step in both languages, and
 * that the output contains no secret.
 */
export function expectDiagnosis({ code, output, results }: DoctorOutcome, { check, status = 'failed', cause, step }: Diagnosis): void {
  const found = results.find(({ id }) => id === check)
  expect(
    results.filter((result) => result.status === 'failed').map(({ id }) => id),
    output,
  ).toEqual(status === 'failed' ? [check] : [])
  expect(found?.status, output).toBe(status)
  expect([found?.message.en, found?.message.zh]).toEqual(cause.map((pattern) => expect.stringMatching(pattern)))
  expect([found?.next_step?.en, found?.next_step?.zh]).toEqual(step.map((pattern) => expect.stringMatching(pattern)))
  expect(code).toBe(status === 'failed' ? 1 : 0)
  for (const secret of [KEY, OPERATOR_TOKEN]) expect(output).not.toContain(secret)
}

/** Returns the ids of the checks whose result has this status. */
export const idsWith = (status: CheckStatus, { results }: DoctorOutcome): CheckId[] =>
  results.filter((result) => result.status === status).map(({ id }) => id)
