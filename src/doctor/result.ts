import type { Bilingual } from '../contract/language.js'

/** Outcome of a check of the doctor: `warning` passed with a flaw, `skipped` could not run. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped'

/** Id of a check of the doctor. */
export type CheckId =
  | 'settings'
  | 'runtime'
  | 'target'
  | 'proxy'
  | 'connection'
  | 'clock'
  | 'domain'
  | 'token'
  | 'keys'
  | 'region'
  | 'quota'
  | 'model'
  | 'thinking'
  | 'streaming'
  | 'models'
  | 'redis'
  | 'cors'
  | 'body'

/** The id and title of a check. */
export interface CheckInfo {
  readonly id: CheckId
  readonly title: Bilingual
}

/** The outcome of a check. */
export interface Finding {
  readonly status: CheckStatus
  /** The observed state, or the cause of the failure. */
  readonly message: Bilingual
  /** An instruction for the operator. */
  readonly nextStep?: Bilingual | undefined
}

/** The result of one check. Contains no secrets. */
export interface CheckResult extends Finding {
  readonly id: CheckId
  readonly durationMs: number
}

/** Makes the finding of a check that passed. */
export const passed = (en: string, zh: string): Finding => ({ status: 'ok', message: { en, zh } })

/** Makes the finding of a check that passed with a flaw. */
export const warned = (message: Bilingual, nextStep: Bilingual): Finding => ({ status: 'warning', message, nextStep })
