import { CASES, isFor } from './cases.js'
import { makeContext, type Target } from './context.js'
import { runPythonCases } from './pythonCases.js'
import type { PYTHON_SDKS, Sdk } from './sdks.js'

/** The outcome of one case with one SDK on one target. */
export interface Result {
  readonly target: string
  readonly sdk: string
  readonly feature: string
  readonly title: string
  /** The problem; null if there is none, undefined if the target does not support the case. */
  readonly problem: string | null | undefined
}

/**
 * Runs the shared cases with some SDKs, one after the other.
 *
 * @param onCase - called before each case of the JavaScript SDKs
 */
export async function runCases(
  target: Target,
  sdks: readonly Sdk[],
  pythonSdks: readonly (typeof PYTHON_SDKS)[number][] = [],
  onCase: (title: string) => void = () => undefined,
): Promise<Result[]> {
  const results: Result[] = []
  for (const sdk of sdks) {
    for (const each of CASES) {
      onCase(each.title)
      const problem = isFor(target, each) ? await problemOf(() => each.run(makeContext(sdk, target))) : undefined
      results.push({ target: target.name, sdk: sdk.name, feature: each.feature, title: each.title, problem })
    }
  }
  for (const sdk of pythonSdks) {
    const report = await runPythonCases(sdk, target)
    for (const { feature, title } of CASES)
      results.push({ target: target.name, sdk: sdk.name, feature, title, problem: report.results[title] })
  }
  return results
}

async function problemOf(run: () => Promise<void>): Promise<string | null> {
  try {
    await run()
    return null
  } catch (error) {
    // A case may throw any value, not only an Error. The message of an Error is reported, of
    // another value its text.
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Formats the results as a Markdown table with a row for each case and a column for each target. A
 * cell has the number of SDKs that passed, and of those that ran the case.
 */
export function toTable(results: readonly Result[]): string {
  const targets = [...new Set(results.map(({ target }) => target))]
  const cell = (target: string, title: string): string => {
    const tried = results.filter((each) => each.target === target && each.title === title && each.problem !== undefined)
    const passed = tried.filter(({ problem }) => problem === null).length
    return tried.length === 0 ? '–' : `${passed}/${tried.length}${passed < tried.length ? ' FAILED' : ''}`
  }
  const rows = CASES.map(({ feature, title }) => [feature, title, ...targets.map((target) => cell(target, title))])
  return [['Feature', 'Case', ...targets], ['---', '---', ...targets.map(() => '---')], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

/** Lists the failed cases, one line each, with the first line of the problem. */
export const failuresIn = (results: readonly Result[]): string[] =>
  results.flatMap(({ target, sdk, title, problem }) => (problem ? [`${target}, ${sdk}, ${title}: ${problem.split('\n')[0]}`] : []))
