// usage: make conformance      (with GEMINI_API_KEY, also against Google, with one SDK)
// Runs the cases of test/suites/sdk with every SDK, on the mock and on the built server with the
// simulator. Writes the results to build/conformance.md. Exit 1 if a case failed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { startSimulator } from '../../test/doubles/simulator/index.js'
import { startMock } from '../../test/suites/mock/mock.js'
import { failuresIn, type Result, runCases, toTable } from '../../test/suites/sdk/run.js'
import { LIVE, MOCKED } from '../../test/suites/sdk/scenarios.js'
import { PYTHON_SDKS, SDKS } from '../../test/suites/sdk/sdks.js'
import { simulated } from '../../test/suites/sdk/simulated.js'
import { startBundle } from '../../test/support/bundle.js'
import { Heartbeat } from '../../test/support/heartbeat.js'
import { runLive } from '../../test/tools/live/live.js'

const TOKEN = 'conformance-token-2b7d'
const MODELS = { model: 'gemini-3.8-flash', embeddingModel: 'gemini-embedding-001' }

const HEARTBEAT_MS = 15_000

/** Name of the case that started last, for progress lines; Python SDKs do not report theirs. */
let current = 'starting the mock'
const on =
  (target: string) =>
  (title: string): void => {
    current = `${target}, ${title}`
  }

async function runOnMock(): Promise<Result[]> {
  const mock = await startMock()
  try {
    return await runCases(
      { name: 'mock', baseUrl: `${mock.origin}/v1`, token: TOKEN, ...MODELS, scenarios: MOCKED },
      SDKS,
      PYTHON_SDKS,
      on('mock'),
    )
  } finally {
    mock.close()
  }
}

async function runOnSimulator(): Promise<Result[]> {
  const simulator = await startSimulator()
  const env = { GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, MAX_RETRIES: '0' }
  const proxy = await startBundle(env)
  try {
    return await runCases(simulated({ baseUrl: `${proxy.address}/v1`, simulator }, TOKEN), SDKS, PYTHON_SDKS, on('simulator'))
  } finally {
    await proxy.stop()
    await simulator.close()
  }
}

async function runOnGoogle(key: string): Promise<readonly Result[]> {
  const upstream = (process.env.GEMINI_BASE_URL || 'https://generativelanguage.googleapis.com/v1beta/openai').replace(/\/+$/, '')
  return (await runLive({ ...MODELS, key, upstream, scenarios: LIVE, folder: 'build/live' })).results
}

const key = process.env.GEMINI_API_KEY?.split(',')[0]?.trim()
console.log(
  `conformance: every case with every SDK on the mock${key ? ', the simulator and Google' : ' and the simulator'} (about a minute)`,
)
const heartbeat = new Heartbeat(
  HEARTBEAT_MS,
  (line) => console.log(`conformance: ${line}`),
  () => current,
)
const results = [...(await runOnMock()), ...(await runOnSimulator()), ...(key ? await runOnGoogle(key) : [])]
heartbeat.stop()
const sdks = [...new Set(results.map(({ sdk }) => sdk))].join(', ')
const summary = `SDKs: ${sdks}. Google: ${key ? 'tested' : 'not tested, because GEMINI_API_KEY is not set'}.`
const failures = failuresIn(results)
const text = [toTable(results), '', summary, ...failures].join('\n')
mkdirSync('build', { recursive: true })
writeFileSync('build/conformance.md', `${text}\n`)
console.log(text)
console.log(
  failures.length === 0
    ? 'conformance: every case passed; the table is in build/conformance.md'
    : `conformance: ${failures.length} failed, listed above; the table is in build/conformance.md`,
)
process.exitCode = failures.length > 0 ? 1 : 0
