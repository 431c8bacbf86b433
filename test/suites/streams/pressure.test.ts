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

/** Sends only the headers of a request, or also the given text. */
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
  test('refuses one more by its headers alone, while health and metrics answer', async () => {
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

  test('lets the SDK through by its own retries', async () => {
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

  test('is an error of its class to an SDK that does not retry', async () => {
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
  test('refuses by the length that is announced, before a byte of the body', async () => {
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

  test('takes the largest for a body of unknown length', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '5000', BODY_LIMIT_BYTES: '4000' })
    const first = await headersOnly(proxy, 'transfer-encoding: chunked', '1\r\n{\r\n')
    await eventually(async () => expect(await (await fetch(`${proxy.origin}/health`)).json()).toMatchObject({ in_flight: 2 }))
    expect(await answerOn(await headersOnly(proxy, 'transfer-encoding: chunked'))).toMatch(OVERLOADED)
    expect(await answerOn(await headersOnly(proxy, 'content-length: 2000'))).toMatch(OVERLOADED)
    first.destroy()
    await idle(proxy)
  })

  test('counts a body of unknown length with its size once it has arrived', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '5000', BODY_LIMIT_BYTES: '4900' })
    const body = JSON.stringify(chat(HELD))
    await headersOnly(proxy, 'transfer-encoding: chunked', `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    expect((await post(proxy, chat({}))).status).toBe(200)
  })

  test('lets a single body in that is larger than all that may be held', async () => {
    const proxy = await start({ MAX_INFLIGHT_BODY_BYTES: '2000' })
    const content = 'x'.repeat(10_000)
    expect((await post(proxy, { model: MODEL, ...onApi().toBody(content, {}) })).status).toBe(200)
  })
})

const ENDINGS: readonly (readonly [string, Record<string, string>, (proxy: ProxyUnderTest) => Promise<unknown>])[] = [
  ['an answer', {}, async (proxy) => (await post(proxy, chat({}))).text()],
  ['a stream', {}, async (proxy) => (await post(proxy, streamed({}))).text()],
  ['a refusal of the contract', {}, async (proxy) => (await post(proxy, {})).text()],
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
    'a deadline while the body comes',
    { REQUEST_TIMEOUT_MS: '400' },
    async (proxy) => answerOn(await headersOnly(proxy, 'content-length: 900', '{')),
  ],
  [
    'a client that leaves before an answer',
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
    'a client that leaves a stream',
    {},
    async (proxy) => {
      const response = await post(proxy, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
      await response.body?.cancel()
    },
  ],
  [
    'a client that leaves while it sends',
    {},
    async (proxy) => {
      const socket = await headersOnly(proxy, 'content-length: 900', '{')
      setTimeout(() => socket.resetAndDestroy(), 20)
      await once(socket, 'close')
    },
  ],
]

describe('what was held is released', () => {
  test.each(ENDINGS)('after %s', async (_, env, ask) => {
    // Room for one: a counter that is not decremented would make the proxy reject the next.
    const proxy = await start({ MAX_CONCURRENT_REQUESTS: '1', MAX_INFLIGHT_BODY_BYTES: '1024', ...env })
    for (let round = 0; round < 3; round += 1) {
      await ask(proxy)
      await idle(proxy)
    }
    // With a short deadline, a busy machine may respond with 504, but never with 503.
    await eventually(async () => {
      await idle(proxy)
      expect((await post(proxy, chat({}))).status).toBe(200)
    })
    expect(proxy.logs.filter(({ errorCode }) => errorCode === 'server_overloaded')).toEqual([])
  })

  test('after a connection that is lost with several requests in its queue', async () => {
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
