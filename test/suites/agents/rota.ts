import { createServer, request } from 'node:http'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { markFrontServer } from '../../support/recorder.js'
import { listenOnFreePort } from '../../support/relay.js'

/** Several proxies that share no state, in front of one simulator. */
export interface Rota {
  readonly origin: string
  /** Base URL for OpenAI clients: each request goes to the next proxy. */
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
 * @param env - settings of all of them
 */
export async function startRota(count: number, env: Record<string, string> = {}): Promise<Rota> {
  const first = await startProxy(env)
  const others = await Promise.all(
    // The simulators of the other proxies stay idle.
    Array.from({ length: count - 1 }, () => startProxy({ ...env, GEMINI_BASE_URL: first.simulator.baseUrl })),
  )
  const proxies = [first, ...others]
  let asked = 0
  const server = createServer((incoming, outgoing) => {
    const { origin } = proxies[asked % count] as ProxyUnderTest // there are `count` of them
    asked += 1
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
