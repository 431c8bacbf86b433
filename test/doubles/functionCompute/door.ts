import type { ProxyUnderTest, StartProxy } from '../../support/proxy.js'
import { type Simulator, startSimulator } from '../simulator/index.js'
import { type DeployedFunction, deploy } from './function.js'
import type { LogLine } from './instance.js'
import { faultsOf, upstreamSecrets, watchUpstream } from './leaks.js'

/**
 * Starts the proxy on the Function Compute emulator instead of in this process, so that the same
 * tests run through the platform's gateway. `close` rejects if a secret leaked, a response violated
 * the platform's rules, or a request did not get exactly one log line.
 */
export const startFunction: StartProxy = async (env = {}, settings = {}, parts = {}): Promise<ProxyUnderTest> => {
  if (Object.keys(parts).length > 0) throw new Error('a function on the emulator cannot use parts of this process')
  const simulator = await startSimulator(settings)
  const { HOST: _host, PORT: _port, ...rest } = env
  const deployed = await deploy({ env: { GEMINI_BASE_URL: simulator.baseUrl, SHUTDOWN_GRACE_MS: '100', ...rest } })
  // Start an instance now: a cold start would add to the response times that the tests measure.
  await fetch(`${deployed.origin}/health/live`)
  const logs: Record<string, unknown>[] = []
  const isOfThisTest = attend(deployed, simulator)
  deployed.onLine((line) => {
    if (isOfThisTest(line)) logs.push(line)
  })
  const found = watchUpstream(simulator, upstreamSecrets(deployed.spec.env.AUTH_TOKEN))
  return {
    origin: deployed.origin,
    baseUrl: deployed.baseUrl,
    simulator,
    logs,
    drain: async () => {
      await Promise.all([...deployed.fleet.instances].map((instance) => instance.terminate()))
    },
    close: async () => {
      const faults = await faultsOf(deployed, found)
      await deployed.close()
      await simulator.close()
      if (faults.length > 0) throw new Error(`on Function Compute:\n${faults.join('\n')}`)
    },
  }
}

/**
 * Returns a filter for the log lines of requests made since the simulator was last reset. Lines of
 * the previous test may arrive late, because they are read from a pipe.
 */
function attend({ invocations }: DeployedFunction, simulator: Simulator): (line: LogLine) => boolean {
  let first = invocations.length
  const { reset } = simulator
  Object.assign(simulator, {
    reset: () => {
      first = invocations.length
      reset()
    },
  })
  return ({ requestId }) => !invocations.slice(0, first).some((invocation) => invocation.requestId === requestId)
}
