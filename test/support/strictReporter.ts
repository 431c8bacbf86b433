import {
  DefaultReporter,
  type SerializedError,
  type TestCase,
  type TestModule,
  type TestRunEndReason,
  type TestSpecification,
} from 'vitest/node'
import { Heartbeat } from './heartbeat.js'
import { findLeaks } from './leaks.js'
import { FUZZ, RECORDS } from './testLogs.js'
import { takeWritten } from './violations.js'

const HEARTBEAT_MS = 15_000

interface Suite {
  files: number
  passed: number
  failed: number
  skipped: number
  milliseconds: number
}

/**
 * Vitest's default reporter with more checks and output. It fails an incomplete run: a skipped,
 * todo or focused test, a test that passed only when repeated, a file without tests, or no file at
 * all. It prints the time of every suite, repeats every failed test among the last lines (a build
 * machine may store only the end of a log), and ends with `N passed, N failed, N skipped`.
 *
 * These count as failed tests, too: a key, token, credential or prompt in a log or in a request to
 * Gemini (see leaks.ts), and a response with a contract violation that a process sent after its
 * test.
 *
 * If the output is not a terminal, the running files are printed after each 15 s in which no file
 * has ended. Each failed test is printed with the command that repeats it.
 *
 * Vitest itself fails tests without an assertion: `expect.requireAssertions` in vitest.config.ts.
 */
export default class StrictReporter extends DefaultReporter {
  private readonly running = new Set<string>()
  private ended = 0
  private heartbeat: Heartbeat | undefined

  /**
   * @param leftOut - patterns of test files that cannot run on this machine, printed after the run
   */
  constructor(
    options: ConstructorParameters<typeof DefaultReporter>[0] = {},
    private readonly leftOut: readonly string[] = [],
  ) {
    super(options)
  }

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications)
    if (this.isTTY) return
    const describe = (): string =>
      `${this.ended} of ${specifications.length} files done; now ${[...this.running].join(', ') || 'preparing'}`
    this.heartbeat = new Heartbeat(HEARTBEAT_MS, (text) => this.log(text), describe)
  }

  override onTestModuleQueued(module: TestModule): void {
    super.onTestModuleQueued(module)
    this.running.add(module.relativeModuleId)
  }

  override onTestModuleEnd(module: TestModule): void {
    super.onTestModuleEnd(module)
    this.running.delete(module.relativeModuleId)
    this.ended += 1
    this.heartbeat?.restart()
  }

  override onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    this.heartbeat?.stop()
    super.onTestRunEnd(modules, errors, reason)
    const filtered = this.ctx.config.testNamePattern !== undefined
    const offences = filtered ? [] : offencesIn(modules)
    const suites = suitesIn(modules)
    const total = sum([...suites.values()])
    const late = [...takeWritten(`${process.pid}-`).map((violation) => `after its test, ${violation}`), ...this.searchForLeaks()]
    for (const [name, { files, passed, failed, skipped, milliseconds }] of [...suites].sort()) {
      this.log(
        `suite  ${name.padEnd(12)} ${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${files} files  ${line(passed, failed, skipped)}`,
      )
    }
    for (const pattern of this.leftOut) this.log(`left out: ${pattern} (scripts/test/debian-packages.sh prints what to install)`)
    for (const offence of offences) this.log(`strict: ${offence}`)
    for (const text of failuresIn(modules)) this.log(text)
    for (const failure of late) this.log(`failed: ${failure}`)
    if (filtered) this.log('strict: only the tests of the given name ran; this is not a full run')
    const isOtherwiseBroken = reason !== 'passed' || (offences.length > 0 && total.skipped === 0)
    const failed = Math.max(total.failed + errors.length + late.length, isOtherwiseBroken ? 1 : 0)
    if (failed > 0 || offences.length > 0) process.exitCode = 1
    this.log(line(total.passed, failed, total.skipped))
  }

  /**
   * Searches all records of this run and of the fuzzing before it for secrets. Prints how much was
   * searched. @returns the leaks
   */
  private searchForLeaks(): string[] {
    const searches = [`${process.pid}-`, FUZZ].map((start) => findLeaks(RECORDS, start))
    const add = (name: 'files' | 'bytes'): number => searches.reduce((all, search) => all + search[name], 0)
    this.log(`searched for keys, tokens, credentials and prompts: ${add('files')} files, ${(add('bytes') / 1_048_576).toFixed(1)} MB`)
    return searches.flatMap(({ leaks }) => leaks.map((leak) => `leaked: ${leak}`))
  }
}

const line = (passed: number, failed: number, skipped: number): string => `${passed} passed, ${failed} failed, ${skipped} skipped`

function offencesIn(modules: readonly TestModule[]): string[] {
  if (modules.length === 0) return ['no test file ran']
  return modules.flatMap((module) => {
    const tests = [...module.children.allTests()]
    if (tests.length === 0) return [`no test in ${module.relativeModuleId}`]
    return tests.flatMap((test) => offenceOf(test)?.concat(`: ${module.relativeModuleId} > ${test.fullName}`) ?? [])
  })
}

function offenceOf(test: TestCase): string | undefined {
  if (test.options.mode === 'todo') return 'todo test'
  if (test.options.mode === 'only') return 'focused test'
  if (test.result().state === 'skipped') return 'skipped test'
  if (test.result().state === 'pending') return 'unfinished test'
  if (test.diagnostic()?.flaky) return 'test that passed only when repeated'
  return undefined
}

/**
 * Returns two lines for each failed test: its file, name and the first line of each error; and the
 * command that repeats it.
 */
const failuresIn = (modules: readonly TestModule[]): string[] =>
  modules.flatMap((module) =>
    [...module.children.allTests('failed')].flatMap((test) => {
      const errors = test.result().errors ?? []
      const reasons = errors.map(({ message }) => message.split('\n', 1)[0]?.slice(0, 300)).join('; ')
      return [`failed: ${module.relativeModuleId} > ${test.fullName}: ${reasons}`, `repeat: ${commandFor(module, test)}`]
    }),
  )

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Returns the command that runs one test. */
function commandFor({ relativeModuleId, project }: TestModule, { fullName }: TestCase): string {
  // The option `-t` expects a regular expression, and titles that are joined with spaces.
  const pattern = fullName.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' > ', ' (> )?')
  const only = project.name === '' ? '' : `--project ${project.name} `
  return `node_modules/.bin/vitest run ${only}${relativeModuleId} -t ${quote(`^${pattern}$`)}`
}

/**
 * Counts results by the folder under test/. A file that fails before its tests, or has no tests,
 * counts as one failure.
 */
function suitesIn(modules: readonly TestModule[]): Map<string, Suite> {
  const suites = new Map<string, Suite>()
  for (const module of modules) {
    const name = module.relativeModuleId.split('/').slice(1, -1)[0] ?? 'test'
    const suite = suites.get(name) ?? { files: 0, passed: 0, failed: 0, skipped: 0, milliseconds: 0 }
    const states = [...module.children.allTests()].map((test) => test.result().state)
    const count = (state: string) => states.filter((each) => each === state).length
    const { duration, collectDuration, setupDuration, prepareDuration } = module.diagnostic()
    suite.files += 1
    suite.passed += count('passed')
    suite.failed += count('failed') + count('pending') + (count('failed') === 0 && (!module.ok() || states.length === 0) ? 1 : 0)
    suite.skipped += count('skipped')
    suite.milliseconds += duration + collectDuration + setupDuration + prepareDuration
    suites.set(name, suite)
  }
  return suites
}

function sum(suites: readonly Suite[]): Suite {
  const total = { files: 0, passed: 0, failed: 0, skipped: 0, milliseconds: 0 }
  for (const suite of suites) for (const key of Object.keys(total) as (keyof Suite)[]) total[key] += suite[key]
  return total
}
