import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DeployedFunction, deploy } from '../../doubles/functionCompute/function.js'
import { faultsOf, upstreamSecrets, watchUpstream } from '../../doubles/functionCompute/leaks.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { ADMIN_TOKEN } from '../../support/canaries.js'
import { GEMINI_KEY, TOKEN } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { problemsOf, toTable } from '../../tools/fuzz/report.js'
import { fuzz, hasSchemathesis } from '../../tools/fuzz/schemathesis.js'

// Function Compute itself responds to unsupported methods, so that these two checks of Schemathesis
// would not test the proxy.
const CHECKS = ['--exclude-checks', 'unsupported_method,allow_header_conformance']
const OPTIONS = ['--max-examples', '8', ...CHECKS]
const FEWEST_CASES = 300

let simulator: Simulator
let deployed: DeployedFunction
beforeAll(async () => {
  simulator = await startSimulator()
  const access = { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, ADMIN_TOKEN, GEMINI_BASE_URL: simulator.baseUrl }
  const env = { ...access, STREAM_RESUME_TTL_SECONDS: '3600', FETCH_REMOTE_MEDIA: 'false' }
  deployed = await deploy({ env })
})
afterAll(async () => {
  await deployed.close()
  await simulator.close()
})

test('Schemathesis finds no error through the gateway of the platform', async () => {
  expect(await hasSchemathesis()).toBe(true)
  const found = watchUpstream(simulator, upstreamSecrets(TOKEN))
  const { counts, failures } = await fuzz({
    // The tests for both of Google's APIs may run at the same time, so each needs its own report
    // file.
    name: isOnNative ? 'function-native' : 'function',
    origin: deployed.origin,
    token: TOKEN,
    adminToken: ADMIN_TOKEN,
    options: OPTIONS,
    isGemini: false,
  })
  const cases = counts.reduce((sum, each) => sum + each.cases, 0)
  console.info([`fuzz: on Function Compute, ${cases} cases`, ...toTable(counts)].join('\n'))
  expect(failures).toBeUndefined()
  expect(cases).toBeGreaterThanOrEqual(FEWEST_CASES)
  expect(
    problemsOf(
      counts.filter((each) => each.cases > 0),
      isOnNative ? 'native' : 'compat',
      true,
    ),
  ).toEqual([])
  expect(deployed.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
  expect(await faultsOf(deployed, found)).toEqual([])
})
