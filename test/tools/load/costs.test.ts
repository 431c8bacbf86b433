import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { NATIVE_REGRESSION_LIMITS, REGRESSION_LIMITS } from '../../../scripts/bench/goals.js'
import { killOnExit } from '../../support/children.js'
import type { Costs } from './costs.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FIGURES = ['request', 'burst', 'paced'] as const
/**
 * Number of rounds in each attempt to measure the costs. The minimum counts, because other load
 * only adds CPU time.
 */
const ATTEMPTS = [3, 5, 7]
const LIMIT_MS = 900_000

type Ratios = Record<(typeof FIGURES)[number], number>

/**
 * Measures the costs until every ratio is within its limit, at most once per number in ATTEMPTS.
 */
async function measureCosts(): Promise<{ readonly ratios: Ratios; readonly native: Ratios; readonly runs: readonly Costs[] }> {
  const runs: Costs[] = []
  const least = (name: keyof Ratios, of: 0 | 1 | 2): number => Math.min(...runs.map((run) => run[name][of]))
  const ratio = (name: keyof Ratios): number => least(name, 0) / least(name, 1)
  const nativeRatio = (name: keyof Ratios): number => least(name, 2) / least(name, 0)
  const all = (of: (name: keyof Ratios) => number): Ratios => ({ request: of('request'), burst: of('burst'), paced: of('paced') })
  for (const rounds of ATTEMPTS) {
    const args = ['--import', 'tsx', 'test/tools/load/costs.ts', String(rounds)]
    const running = promisify(execFile)(process.execPath, args, { cwd: ROOT })
    killOnExit(running.child)
    const { stdout } = await running
    runs.push(JSON.parse(stdout) as Costs) // the cast is safe: costs.ts printed it
    if (FIGURES.every((name) => ratio(name) <= REGRESSION_LIMITS[name] && nativeRatio(name) <= NATIVE_REGRESSION_LIMITS[name])) break
  }
  return { ratios: all(ratio), native: all(nativeRatio), runs }
}

describe('the built server, compared with a plain pipe', () => {
  let found: Awaited<ReturnType<typeof measureCosts>>
  beforeAll(async () => {
    found = await measureCosts()
    console.info(`CPU time as a multiple of the pipe's:`, found.ratios, 'native as a multiple of compat:', found.native)
  }, LIMIT_MS)

  test.each(FIGURES)('uses at most twice the target CPU time: %s', (name) => {
    expect(found.ratios[name]).toBeGreaterThan(0.3) // less means that the server did no work
    expect(found.ratios[name]).toBeLessThanOrEqual(REGRESSION_LIMITS[name])
  })

  test.each(FIGURES)("uses at most twice the target on Google's own API, compared with the compatible one: %s", (name) => {
    expect(found.native[name]).toBeGreaterThan(0.3)
    expect(found.native[name]).toBeLessThanOrEqual(NATIVE_REGRESSION_LIMITS[name])
  })

  test('opens no more connections to Gemini than there are concurrent requests', () => {
    for (const { connections, users } of found.runs) {
      expect(connections).toBeGreaterThan(0)
      expect(connections).toBeLessThanOrEqual(users)
    }
  })
})
