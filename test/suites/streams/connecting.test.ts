import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isOnChat } from '../../support/apis.js'
import { type Body, chat, chatLine, eventually, PLAIN, parseStream, post, streamed } from '../../support/calls.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'

let server: Server
let upstream: Awaited<ReturnType<typeof listenOnFreePort>>
let proxy: ProxyUnderTest
/** Connections that have started a TLS handshake and received no response. */
const waiting = new Set<Socket>()

const start = async (env: Record<string, string> = {}): Promise<void> => {
  proxy = await startProxy({ ...PLAIN, GEMINI_BASE_URL: `https://127.0.0.1:${upstream.port}/v1beta/openai`, ...env })
}
beforeEach(async () => {
  server = createServer((socket) =>
    socket.once('data', () => {
      waiting.add(socket)
      socket.once('close', () => waiting.delete(socket))
    }),
  )
  upstream = await listenOnFreePort(server)
})
afterEach(async () => {
  startClock()
  await upstream.close()
  await proxy.close()
  waiting.clear()
})

type Row = [name: string, body: Body]

const PICTURE = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1_000_000)]).toString('base64')
/** A request with an image, which the proxy sends to Gemini in several pieces. */
const WITH_PICTURE = chat(
  {},
  { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } }] }] },
)

// The proxy must react within this time, which is less than the 10 s after which a connection
// attempt times out by itself.
const LIMIT_MS = 8_000

describe('while the handshake with Gemini hangs', () => {
  test.each<Row>([
    ['a chat', chat({})],
    ['a stream', streamed({})],
    ...(isOnChat() ? [['a chat with a picture', WITH_PICTURE] satisfies Row] : []),
    ...(isOnChat() ? [['four choices', streamed({}, { n: 4 })] satisfies Row] : []),
  ])('a client that disconnects ends the call and its connection at once: %s', async (_, body) => {
    await start()
    const controller = new AbortController()
    const answer = post(proxy, body, { signal: controller.signal }).catch(() => undefined)
    await eventually(() => expect(waiting.size).toBe('n' in body ? 4 : 1))
    const left = performance.now()
    controller.abort()
    await answer
    await eventually(() => expect(waiting.size).toBe(0))
    expect(performance.now() - left).toBeLessThan(LIMIT_MS)
    expect(await chatLine(proxy)).toMatchObject({ status: 499, cancelled: true })
  })

  test.each([false, true])('the deadline is reported in time (stream: %s)', async (stream) => {
    await start({ REQUEST_TIMEOUT_MS: '100' })
    const began = performance.now()
    const response = await post(proxy, chat({}, { stream }))
    expect([response.status, await response.json()]).toMatchObject([504, { error: { code: 'upstream_timeout' } }])
    expect(performance.now() - began).toBeLessThan(LIMIT_MS)
    await eventually(() => expect(waiting.size).toBe(0))
  })

  test('a committed stream ends with one error event at its deadline', async () => {
    await start({ REQUEST_TIMEOUT_MS: '5000', FIRST_EVENT_PATIENCE_MS: '1' })
    stopClock()
    const answer = post(proxy, streamed({}))
    await waitWithStoppedClock(() => waiting.size === 1)
    await advanceClock(1)
    const response = await answer
    await advanceClock(5_000)
    const { errors, dones } = parseStream(await response.text())
    expect([errors.map(({ code }) => code), dones]).toEqual([['upstream_timeout'], 0])
  })

  test('the connection of another waiting client is not affected', async () => {
    await start()
    const leaving = new AbortController()
    const staying = new AbortController()
    const answers = [leaving, staying].map(({ signal }) => post(proxy, chat({}), { signal }).catch(() => undefined))
    await eventually(() => expect(waiting.size).toBe(2))
    leaving.abort()
    await answers[0]
    await eventually(() => expect(waiting.size).toBe(1))
    expect(proxy.logs.filter(({ operation }) => operation !== undefined)).toHaveLength(1)
    staying.abort()
    await eventually(() => expect(waiting.size).toBe(0))
  })
})

test('the shutdown does not wait for a handshake that hangs', async () => {
  await start()
  const answer = post(proxy, chat({}))
  await eventually(() => expect(waiting.size).toBe(1))
  const began = performance.now()
  await proxy.drain()
  expect(performance.now() - began).toBeLessThan(LIMIT_MS)
  expect((await answer).status).toBe(503)
})
