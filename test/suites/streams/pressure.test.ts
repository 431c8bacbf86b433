import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { onApi } from '../../support/apis.js'
import { chat, eventually, MODEL, openai, PLAIN, post, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

const FOR_EVER = 60_000
const HELD: Behaviour = { latencyMs: FOR_EVER }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(env: Record<string, string>): Promise<ProxyUnderTest> {
  const proxy = await startProxy({ ...PLAIN, ...env })
  closing.push(() => proxy.close())
  return proxy
}

/** Opens a connection, and sends the headers of a request and the part `rest` of its body. */
async function headersOnly({ origin }: ProxyUnderTest, length: string, rest = ''): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  closing.push(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(
    `POST /v1${onApi().path} HTTP/1.1\r\nhost: proxy\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\n${length}\r\n\r\n${rest}`,
  )
  return socket
}

async function answerOn(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  await eventually(() => expect(text).toMatch(/\}$/))
  return text
}

const OVERLOAD = [503, 529].find((status) => onApi().toChatStatus(status) === 503)
const OVERLOADED = new RegExp(`^HTTP/1\\.1 ${OVERLOAD} .*\r\nretry-after: 1\r\n.*code":"server_overloaded"`, 'is')

/** Waits until no request but this query is in flight. */
const idle = ({ origin }: ProxyUnderTest): Promise<void> =>
  eventually(async () => expect(await (await fetch(`${origin}/health`)).json()).toMatchObject({ in_flight: 1 }))

describe('MAX_CONCURRENT_REQUESTS', () => {
  test('refuses one more request by its headers alone, while health and metrics respond', async () => {
    const proxy = await start({ MAX_CONCURRENT_REQUESTS: '2' })
    const controller = new AbortController()
    const held = [1, 2].map(() => post(proxy, chat(HELD), { signal: controller.signal }).catch(() => undefined))
    await eventually(() => expect(proxy.simulator.openRequests).toBe(2))
    expect(await answerOn(await headersOnly(proxy, 'content-length: 1000'))).toMatch(OVERLOADED)
    for (const path of ['/health', '/health/live', '/metrics', '/openapi.json']) {
      expect((await fetch(`${proxy.origin}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200)
    }
    expect((await post(proxy, chat({}), { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    controller.abort()
    await Promise.all(held)
    await idle(proxy)
    expect((await post(proxy, chat({}))).status).toBe(200)
    expect(proxy.simulator.totalRequests).toBe(3)
  })

  test('lets the SDK succeed by its own retries', async () => {
    const proxy = await start({ MAX_CONCURRENT_REQUESTS: '1' })
    const controller = new AbortController()
    const held = post(proxy, chat(HELD), { signal: controller.signal }).catch(() => undefined)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    const answering = openai(proxy, { maxRetries: 2 }).chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'x' }],
    })
    await eventually(() => expect(proxy.logs).toContainEqual(expect.objectContaining({ errorCode: 'server_overloaded' })))
    controller.abort()
    const answer = await answering
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    await held
  })

  test("is the SDK's InternalServerError without retries", async () => {
    const proxy = await start({ MAX_CONCURRENT_REQUESTS: '1' })
    const controller = new AbortController()
    const held = post(proxy, chat(HELD), { signal: controller.signal }).catch(() => undefined)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    const failure = openai(proxy).chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'x' }] })
    await expect(failure).rejects.toBeInstanceOf(OpenAI.InternalServerError)
    await expect(failure).rejects.toMatchObject({ status: 503, code: 'server_overloaded' })
    controller.abort()
    await held
  })
})

describe('MAX_INFLIGHT_BODY_BYTES', () => {
  test('refuses a body by its declared length, before a byte of it arrives', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '5000' })
    const first = await headersOnly(proxy, 'content-length: 4000', '{')
    await eventually(async () => expect(await (await fetch(`${proxy.origin}/health`)).json()).toMatchObject({ in_flight: 2 }))
    expect(await answerOn(await headersOnly(proxy, 'content-length: 2000'))).toMatch(OVERLOADED)
    expect((await post(proxy, chat({}))).status).toBe(200)
    first.destroy()
    await idle(proxy)
    const second = await headersOnly(proxy, 'content-length: 2000', '{')
    second.destroy()
    await idle(proxy)
  })

  test('assumes the maximum for a body of unknown length', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '5000', BODY_LIMIT_BYTES: '4000' })
    const first = await headersOnly(proxy, 'transfer-encoding: chunked', '1\r\n{\r\n')
    await eventually(async () => expect(await (await fetch(`${proxy.origin}/health`)).json()).toMatchObject({ in_flight: 2 }))
    expect(await answerOn(await headersOnly(proxy, 'transfer-encoding: chunked'))).toMatch(OVERLOADED)
    expect(await answerOn(await headersOnly(proxy, 'content-length: 2000'))).toMatch(OVERLOADED)
    first.destroy()
    await idle(proxy)
  })

  test('counts the actual size of a body of unknown length once it has arrived', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '5000', BODY_LIMIT_BYTES: '4900' })
    const body = JSON.stringify(chat(HELD))
    await headersOnly(proxy, 'transfer-encoding: chunked', `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    expect((await post(proxy, chat({}))).status).toBe(200)
  })

  test('accepts a single body that is larger than the limit', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '2000' })
    const content = 'x'.repeat(10_000)
    expect((await post(proxy, { model: MODEL, ...onApi().toBody(content, {}) })).status).toBe(200)
  })
})

const ENDINGS: readonly (readonly [string, Record<string, string>, (proxy: ProxyUnderTest) => Promise<unknown>])[] = [
  ['an answer', {}, async (proxy) => (await post(proxy, chat({}))).text()],
  ['a stream', {}, async (proxy) => (await post(proxy, streamed({}))).text()],
  ['a request that violates the contract', {}, async (proxy) => (await post(proxy, {})).text()],
  ['a model that does not exist', {}, async (proxy) => (await post(proxy, chat({}, { model: 'gpt-4' }))).text()],
  ['a body that is not JSON', {}, async (proxy) => answerOn(await headersOnly(proxy, 'content-length: 3', '{x}'))],
  ['a failure of Gemini', {}, async (proxy) => (await post(proxy, chat({ error: 'internal' }))).text()],
  [
    'a stream that breaks',
    {},
    async (proxy) =>
      (await post(proxy, streamed({ chunks: 9, chunkDelayMs: 5, fault: { kind: 'reset', when: { afterChunks: 3 } } }))).text(),
  ],
  ['an idle upstream', { UPSTREAM_IDLE_TIMEOUT_MS: '50' }, async (proxy) => (await post(proxy, chat(HELD))).text()],
  ['a deadline', { REQUEST_TIMEOUT_MS: '400' }, async (proxy) => (await post(proxy, chat(HELD))).text()],
  [
    'a deadline while the body arrives',
    { REQUEST_TIMEOUT_MS: '400' },
    async (proxy) => answerOn(await headersOnly(proxy, 'content-length: 900', '{')),
  ],
  [
    'a client that disconnects before an answer',
    {},
    async (proxy) => {
      const leaving = new AbortController()
      const answer = post(proxy, chat(HELD), { signal: leaving.signal }).catch(() => undefined)
      await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
      leaving.abort()
      await answer
    },
  ],
  [
    'a client that disconnects from a stream',
    {},
    async (proxy) => {
      const response = await post(proxy, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
      await response.body?.cancel()
    },
  ],
  [
    'a client that disconnects while it sends',
    {},
    async (proxy) => {
      const socket = await headersOnly(proxy, 'content-length: 900', '{')
      setTimeout(() => socket.resetAndDestroy(), 20)
      await once(socket, 'close')
    },
  ],
]

describe('the concurrency and memory limits are released', () => {
  test.each(ENDINGS)('after %s', async (_, env, ask) => {
    // The limits admit one request: a counter that is not decremented makes the proxy reject the
    // next.
    const proxy = await start({ MAX_CONCURRENT_REQUESTS: '1', MAX_INFLIGHT_BODY_BYTES: '1024', ...env })
    for (let round = 0; round < 3; round += 1) {
      await ask(proxy)
      await idle(proxy)
    }
    // Polls until a request is served, because a busy machine may miss a short deadline (504). The
    // log shows whether the proxy has rejected a request as overloaded.
    await eventually(async () => {
      await idle(proxy)
      expect((await post(proxy, chat({}))).status).toBe(200)
    })
    expect(proxy.logs.filter(({ errorCode }) => errorCode === 'server_overloaded')).toEqual([])
  })

  test('after the loss of a connection with several pipelined requests', async () => {
    const proxy = await start({ MAX_CONCURRENT_REQUESTS: '4', REQUEST_TIMEOUT_MS: '600000' })
    const body = JSON.stringify(chat(HELD))
    const head = `POST /v1${onApi().path} HTTP/1.1\r\nhost: proxy\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\n`
    const one = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    const socket = await headersOnly(proxy, `content-length: ${Buffer.byteLength(body)}`, `${body}${one}${one}`)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(3))
    socket.destroy()
    await idle(proxy)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(0))
    const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await post(proxy, chat({}))).status))
    expect(statuses).toEqual([200, 200, 200, 200])
  })
})
