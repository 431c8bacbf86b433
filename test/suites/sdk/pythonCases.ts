import { runPython } from '../../support/python.js'
import { CASES, isFor } from './cases.js'
import type { Target } from './context.js'
import type { PYTHON_SDKS } from './sdks.js'

/** What test/suites/sdk/python/cases.py prints. */
export interface PythonReport {
  /** Version of the SDK, such as `2.54.0`. */
  readonly version: string
  /** Titles of all cases in the file. */
  readonly titles: readonly string[]
  /** The problem of each case, by its title; null if the case passed. */
  readonly results: Readonly<Record<string, string | null>>
}

/** Runs all cases that a target supports with one version of the Python SDK. */
export async function runPythonCases({ requirements }: (typeof PYTHON_SDKS)[number], target: Target): Promise<PythonReport> {
  const titles = CASES.filter((each) => isFor(target, each)).map(({ title }) => title)
  const env = { SDK_TARGET: JSON.stringify(target), SDK_TITLES: JSON.stringify(titles) }
  // The cast is safe: cases.py prints this type.
  return (await runPython('test/suites/sdk/python/cases.py', env, requirements)) as PythonReport
}
