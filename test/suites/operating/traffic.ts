import { chat, eventually, post, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

/** The token of a second caller, which has no name. */
export const OTHER_TOKEN = 'test-token-without-a-name'
const METRICS_TOKEN = 'test-token-of-metrics'

/** Log lines and metrics of the requests that {@link serveTraffic} sends. */
export interface Recorded {
  /** The log lines of finished requests, which contain the request summaries. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  /** The text of GET /metrics. */
  readonly metrics: string
}

/** Returns the text of GET /metrics. */
export async function scrape({ origin }: ProxyUnderTest): Promise<string> {
  const response = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  return response.text()
}

/** Starts a proxy with METRICS_TOKEN and two callers, only one of which has a name. */
export const startOperated = (env: Record<string, string> = {}): Promise<ProxyUnderTest> =>
  startProxy({ AUTH_TOKEN: `web:${TOKEN},${OTHER_TOKEN}`, METRICS_TOKEN, ...env })

/** Sends requests of each kind, one after the other, and returns what was recorded of them. */
export async function serveTraffic(): Promise<Recorded> {
  const proxy = await startOperated()
  const ask = async (body: object, headers: Record<string, string> = {}): Promise<string> => (await post(proxy, body, { headers })).text()
  const other = { authorization: `Bearer ${OTHER_TOKEN}` }
  try {
    await ask(chat({ text: 'one two three' }))
    await ask(chat({ text: 'one two' }, { model: 'gemini-3.5-flash' }), other)
    await ask(streamed({ text: 'one two three' }))
    await ask(streamed({ chunks: 3, errorMidStream: { name: 'internal', afterChunks: 1 } }))
    await ask(chat({ error: 'unavailable', times: 1, key: 'once' }))
    await ask(chat({}, { temperature: 9 }))
    await ask(chat({}, { model: 'gpt-9' }))
    await ask(chat({}), { authorization: 'Bearer wrong' })
    const resumable = await ask(streamed({ text: 'one two three' }), { 'x-stream-resume': 'true' })
    await ask(streamed({}), { 'last-event-id': /^id: (\S+:1)$/m.exec(resumable)?.[1] ?? '' })
    await (await fetch(`${proxy.origin}/v1/nowhere`, { method: 'POST' })).text()
    const lines = await eventually(() => {
      const finished = proxy.logs.filter(({ requestId }) => requestId !== undefined)
      if (finished.length < 11) throw new Error('not all logged yet')
      return finished
    })
    return { lines, metrics: await scrape(proxy) }
  } finally {
    await proxy.close()
  }
}
