import { createServer, request } from 'node:http'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { markFrontServer } from '../../support/recorder.js'
import { listenOnFreePort } from '../../support/relay.js'

/** Several proxies that share no state, in front of one simulator. */
export interface ProxyRotation {
  readonly origin: string
  /** Base URL for OpenAI clients. Each request goes to the next proxy in turn. */
  readonly baseUrl: string
  readonly proxies: readonly ProxyUnderTest[]
  readonly simulator: ProxyUnderTest['simulator']
  close(): Promise<void>
}

/**
 * Starts proxies without a shared store, and a server in front of them that sends each request to
 * the next one. A conversation with no more requests than there are proxies reaches every proxy at
 * most once: whatever the next step needs must be sent by the client.
 *
 * @param count - number of proxies
 * @param env - settings of all proxies
 */
export async function startProxyRotation(count: number, env: Record<string, string> = {}): Promise<ProxyRotation> {
  const first = await startProxy(env)
  const others = await Promise.all(
    // All proxies use the simulator of the first one; the other simulators stay idle.
    Array.from({ length: count - 1 }, () => startProxy({ ...env, GEMINI_BASE_URL: first.simulator.baseUrl })),
  )
  const proxies = [first, ...others]
  let requestCount = 0
  const server = createServer((incoming, outgoing) => {
    // The cast is safe: there are `count` proxies.
    const { origin } = proxies[requestCount % count] as ProxyUnderTest
    requestCount += 1
    const { url = '/', method, headers } = incoming
    const passed = request(`${origin}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.once('error', () => outgoing.destroy())
    })
    passed.once('error', () => outgoing.destroy())
    outgoing.once('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  markFrontServer(server)
  const { port, close } = await listenOnFreePort(server)
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    baseUrl: `${origin}/v1`,
    proxies,
    simulator: first.simulator,
    close: async () => {
      await close()
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}
