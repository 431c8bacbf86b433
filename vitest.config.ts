import { readFileSync } from 'node:fs'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { testsLeftOut } from './test/support/programs.js'
import StrictReporter from './test/support/strictReporter.js'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

const leftOut: readonly string[] = testsLeftOut()

/** What every run of ours insists on: no test left out, none without an assertion, none repeated until it passes. */
export const strict = {
  allowOnly: false,
  passWithNoTests: false,
  retry: 0,
  // A machine may be busy: what is waited for is given time.
  expect: { requireAssertions: true, poll: { timeout: 60_000, interval: 20 } },
  reporters: [new StrictReporter({}, leftOut)],
} satisfies ViteUserConfig['test']

/** How every run of ours executes. Processes, not threads, so that a test may send signals and measure memory. */
export const runner = {
  environment: 'node',
  pool: 'forks',
  execArgv: ['--trace-warnings'],
  maxWorkers: 2,
  // Only to end a test that hangs: on a busy machine one that takes seconds may take minutes.
  testTimeout: 240_000,
  hookTimeout: 240_000,
  unstubEnvs: true,
} satisfies ViteUserConfig['test']

/** The tests of the emulator, and those that hold through the platform's gateway as well. */
const ON_FUNCTION_COMPUTE = [
  'test/suites/functionCompute/**/*.test.ts',
  'test/suites/sdk/{javascript,errors,wire,embeddings,everyParameter,everyParameterPython}.test.ts',
  'test/suites/streams/{framing,faults,silence,leaving}.test.ts',
  'test/suites/messages/{answers,failures}.test.ts',
  'test/suites/google/{bytes,streams}.test.ts',
]

/** The tests of what both APIs of Gemini serve alike. */
const ON_BOTH_APIS = [
  'test/suites/{agents,completions,embeddings,frameworks,keys,messages,resume,responses,sdk,signatures,streams,thinking,upstream,usage}/**/*.test.ts',
  'test/suites/repairs/{answer,failures,model-life}/**/*.test.ts',
  'test/suites/protocols/anthropic.test.ts',
  'test/tools/fuzz/property.test.ts',
]

/** Of those, the tests of what only Google's OpenAI-compatible API has. */
const COMPAT_ONLY = [
  // The order of vectors, half a usage, the format of numbers.
  'test/suites/embeddings/compatEmbeddings.test.ts',
  // Calls in OpenAI's older form, and in pieces.
  'test/suites/repairs/answer/olderCalls.test.ts',
  // Bodies that go on after [DONE].
  'test/suites/streams/bodyAfterDone.test.ts',
]

/** The tests that start their proxies on the native API themselves. */
const NATIVE_ALREADY = ['test/suites/agents/geminiCli.test.ts']

/** Needs neither the build nor the package. */
const ORACLE = { envDir: false as const, test: { ...strict, ...runner, name: 'oracle', include: ['test/suites/oracle/**/*.test.ts'] } }

/** The same streams in the formats of the other APIs, on the native API: `make test-deep`. */
const IN_TEST_DEEP = process.env.DEEP === undefined ? ['test/suites/streams/*.{responses,messages}.test.ts'] : []
const FC_NATIVE = {
  extends: true as const,
  test: { name: 'fc-native', include: ON_FUNCTION_COMPUTE, exclude: [...leftOut], env: { DOOR: 'fc', UPSTREAM: 'native' } },
}

export default defineConfig({
  envDir: false,
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    ...strict,
    ...runner,
    globalSetup: ['test/support/beforeAll.ts', 'test/support/buildOnce.ts', 'test/support/packageOnce.ts'],
    setupFiles: ['test/support/everyTest.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'here',
          include: ['test/**/*.test.ts'],
          exclude: ['test/suites/{oracle,functionCompute}/**', 'test/support/fixtures/**', ...leftOut],
        },
      },
      // The same tests through the emulator of Function Compute: see startProxy.
      { extends: true, test: { name: 'fc', include: ON_FUNCTION_COMPUTE, exclude: [...leftOut], env: { DOOR: 'fc' } } },
      // The same tests on Gemini's own API.
      {
        extends: true,
        test: {
          name: 'native',
          include: ON_BOTH_APIS,
          exclude: [...COMPAT_ONLY, ...NATIVE_ALREADY, ...IN_TEST_DEEP, ...leftOut],
          env: { UPSTREAM: 'native' },
        },
      },
      // Through the emulator on Gemini's own API: `make test-deep`.
      ...(process.env.DEEP === undefined ? [] : [FC_NATIVE]),
      // Tests on material that is not in this repository: `make oracle SHARED=dir`.
      ...(process.env.SHARED === undefined ? [] : [ORACLE]),
    ],
  },
})
