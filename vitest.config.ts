import { readFileSync } from 'node:fs'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { testsLeftOut } from './test/support/programs.js'
import StrictReporter from './test/support/strictReporter.js'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

const leftOut: readonly string[] = testsLeftOut()

/** Options that fail incomplete runs: with `test.only`, without assertions, without any test. */
export const strictOptions = {
  allowOnly: false,
  passWithNoTests: false,
  retry: 0,
  // expect.poll waits for up to a minute, because other processes may slow the machine down.
  expect: { requireAssertions: true, poll: { timeout: 60_000, interval: 20 } },
  reporters: [new StrictReporter({}, leftOut)],
} satisfies ViteUserConfig['test']

/** Options of every run. Tests run in processes: they may send signals and measure memory. */
export const runnerOptions = {
  environment: 'node',
  pool: 'forks',
  execArgv: ['--trace-warnings'],
  maxWorkers: 2,
  // High, because tests take longer on a busy machine: the limit only has to end tests that hang.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  unstubEnvs: true,
} satisfies ViteUserConfig['test']

/** Tests of the Function Compute emulator, and tests that also run through its gateway. */
const ON_FUNCTION_COMPUTE = [
  'test/suites/functionCompute/**/*.test.ts',
  'test/suites/sdk/{javascript,errors,wire,embeddings,everyParameter,everyParameterPython}.test.ts',
  'test/suites/streams/{framing,faults,silence,leaving}.test.ts',
  'test/suites/messages/{answers,failures}.test.ts',
  'test/suites/google/{bytes,streams}.test.ts',
]

/** Tests that run on both APIs of Gemini: the OpenAI-compatible API and the native API. */
const ON_BOTH_APIS = [
  'test/suites/{agents,completions,embeddings,frameworks,keys,messages,resume,responses,sdk,signatures,streams,thinking,upstream,usage}/**/*.test.ts',
  'test/suites/repairs/{answer,failures,model-life}/**/*.test.ts',
  'test/suites/protocols/anthropic.test.ts',
  'test/tools/fuzz/property.test.ts',
]

/** Tests of behaviour that only Google's OpenAI-compatible API has; excluded on the native API. */
const COMPAT_ONLY = [
  // Embeddings: the order of vectors, incomplete token counts, the format of numbers.
  'test/suites/embeddings/compatEmbeddings.test.ts',
  // Function calls in OpenAI's older format, and split over several chunks.
  'test/suites/repairs/answer/olderCalls.test.ts',
  // Response bodies with data after [DONE].
  'test/suites/streams/bodyAfterDone.test.ts',
]

/** Tests that always use the native API; running them in the project `native` would repeat them. */
const NATIVE_ALREADY = ['test/suites/agents/geminiCli.test.ts']

/** Tests with recordings of Google; they need neither the build nor the package. */
const ORACLE = {
  envDir: false as const,
  test: { ...strictOptions, ...runnerOptions, name: 'oracle', include: ['test/suites/oracle/**/*.test.ts'] },
}

/** Stream tests in formats of other APIs; on the native API, only `make test-deep` runs them. */
const IN_TEST_DEEP = process.env.DEEP === undefined ? ['test/suites/streams/*.{responses,messages}.test.ts'] : []
const FC_NATIVE = {
  extends: true as const,
  test: { name: 'fc-native', include: ON_FUNCTION_COMPUTE, exclude: [...leftOut], env: { DOOR: 'fc', UPSTREAM: 'native' } },
}

export default defineConfig({
  envDir: false,
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    ...strictOptions,
    ...runnerOptions,
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
      // Tests on the emulator of Function Compute, where startProxy deploys the package.
      { extends: true, test: { name: 'fc', include: ON_FUNCTION_COMPUTE, exclude: [...leftOut], env: { DOOR: 'fc' } } },
      // Tests on Gemini's native API instead of the OpenAI-compatible API.
      {
        extends: true,
        test: {
          name: 'native',
          include: ON_BOTH_APIS,
          exclude: [...COMPAT_ONLY, ...NATIVE_ALREADY, ...IN_TEST_DEEP, ...leftOut],
          env: { UPSTREAM: 'native' },
        },
      },
      // Tests on the emulator with Gemini's native API; only `make test-deep` runs them.
      ...(process.env.DEEP === undefined ? [] : [FC_NATIVE]),
      // Tests with recordings from outside this repository, run by `make oracle SHARED=dir`.
      ...(process.env.SHARED === undefined ? [] : [ORACLE]),
    ],
  },
})
