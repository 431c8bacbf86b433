import { beforeAll, describe, expect, test } from 'vitest'
import { isOnNative } from '../../support/upstreamApi.js'
import { CASES } from './cases.js'
import { makeContext, type Target } from './context.js'
import { type PythonReport, runPythonCases } from './pythonCases.js'
import { PYTHON_SDKS, SDKS } from './sdks.js'

/** The time limit of `beforeAll`: the first run installs a Python SDK in it. */
const INSTALL_LIMIT_MS = 180_000

/**
 * Defines the tests of all SDKs, JavaScript and Python, on one target.
 *
 * @param start - returns the running target; called in `beforeAll`. The caller closes it in
 *   `afterAll`. The proxy behind it must not retry by itself (`MAX_RETRIES=0`), or the SDKs have
 *   nothing to retry
 */
export function describeSdks(start: () => Promise<Target>): void {
  // Only the native API generates images.
  const cases = CASES.filter(({ needs }) => isOnNative || !needs.includes('image'))
  const named = cases.map((each) => [each.title, each] as const)
  let target: Target
  beforeAll(async () => {
    target = await start()
  })

  describe.each(SDKS)('$name', (sdk) => {
    test.each(named)('%s', async (_title, { run }) => {
      await expect(run(makeContext(sdk, target))).resolves.toBeUndefined()
    })
  })

  describe.each(PYTHON_SDKS)('$name', (sdk) => {
    let report: PythonReport
    beforeAll(async () => {
      report = await runPythonCases(sdk, target)
    }, INSTALL_LIMIT_MS)

    test('runs the same cases, in the version that its environment pins', () => {
      expect(report.titles).toEqual(CASES.map(({ title }) => title))
      expect(report.version).toMatch(new RegExp(`^${/\d/.exec(sdk.name)?.[0]}\\.`))
    })

    test.each(named)('%s', (title) => {
      expect(report.results).toHaveProperty([title], null)
    })
  })
}
