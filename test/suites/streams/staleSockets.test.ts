import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chat, eventually, PLAIN, post, streamed } from '../../support/calls.js'
import { startClock, stopClock } from '../../support/clock.js'
import { DONE, onWire, toEvent } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'
import { isOnNative } from '../../support/upstreamApi.js'

type Break = (socket: Socket) => void

const CHUNK = { choices: [{ index: 0, delta: { content: 'x' }, message: { content: 'x' }, finish_reason: 'stop' }] }
const VECTORS = isOnNative ? { embeddings: [{ values: [1, 2] }] } : { data: [{ index: 0, embedding: [1, 2] }] }
const sockets = new Set<Socket>()
/** Number of responses on each connection. */
const answered = new Map<Socket, number>()
let received = 0
let onReuse: Break = () => undefined
let onEvery: Break | undefined
/**
 * Number of requests that must arrive before the first one is answered: each then has its own
 * connection.
 */
let together = 0
const held: (() => void)[] = []
const MANY = 12
let upstream: Awaited<ReturnType<typeof listenOnFreePort>>
let proxy: ProxyUnderTest

/**
 * Handles the requests of an upstream that keeps connections alive, but breaks a connection when a
 * second request arrives on it.
 */
function serve(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  received += 1
  let text = ''
  const broken = onEvery ?? (answered.has(socket) ? onReuse : undefined)
  if (broken !== undefined) broken(socket)
  request.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  request.on('end', () => {
    held.push(() => answer(text, request.url ?? '', response))
    if (held.length >= together) for (const each of held.splice(0)) each()
  })
}

function answer(text: string, url: string, response: ServerResponse): void {
  if (response.socket === null || response.destroyed) return
  answered.set(response.socket, (answered.get(response.socket) ?? 0) + 1)
  const isStream = text.includes('"stream":true') || url.includes(':streamGenerateContent')
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' })
  const value = /\/embeddings$|:batchEmbedContents$/.test(url) ? VECTORS : CHUNK
  response.end(isStream ? `${toEvent(value)}${DONE}` : JSON.stringify(onWire(value)))
}

beforeAll(async () => {
  const server = createServer({ keepAliveTimeout: 60_000 }, serve)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  upstream = await listenOnFreePort(server)
  proxy = await startProxy({ ...PLAIN, GEMINI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1beta/openai` })
})
beforeEach(() => {
  for (const socket of sockets) socket.destroy()
  answered.clear()
  received = 0
  onReuse = () => undefined
  onEvery = undefined
  together = 0
})
afterEach(startClock)
afterAll(async () => {
  await proxy.close()
  await upstream.close()
})

const embed = (): Promise<Response> =>
  fetch(`${proxy.baseUrl}/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gemini-embedding-001', input: 'text' }),
  })

const REQUESTS = [
  ['an answer in JSON', () => post(proxy, chat({}))],
  ['a stream', () => post(proxy, streamed({}))],
  ['embeddings', embed],
] as const

const BREAKS: readonly (readonly [string, Break])[] = [
  ['is reset', (socket) => socket.resetAndDestroy()],
  ['is closed', (socket) => socket.destroy()],
]
const CASES = REQUESTS.flatMap(([way, ask]) => BREAKS.map(([how, broken]) => [way, how, ask, broken] as const))

describe('a kept-alive connection that breaks', () => {
  test.each(CASES)('causes just one more request at once: %s, %s', async (_way, _how, ask, broken) => {
    expect((await ask()).status).toBe(200)
    await eventually(() => expect(sockets.size).toBe(1))
    received = 1
    onReuse = broken
    // With the clock stopped, the test fails if the proxy waits before it sends the request again.
    stopClock()
    const response = await ask()
    expect([response.status, received]).toEqual([200, 3])
    expect(await response.text()).not.toContain('"error":{')
  })

  test.each(CASES)('is replaced once, even with MAX_RETRIES=0: %s, %s', async (_way, _how, ask, broken) => {
    onEvery = broken
    const response = await ask()
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_error' } }])
    expect(received).toBe(2)
  })

  test.each(BREAKS)('beside many others delays no request: each %s', async (_, broken) => {
    const many = async (): Promise<string[]> =>
      Promise.all(Array.from({ length: MANY }, async () => (await post(proxy, streamed({}))).text()))
    for (let round = 0; round < 5; round += 1) {
      onReuse = () => undefined
      together = MANY
      await many()
      await eventually(() => expect(answered.size).toBe(MANY))
      together = 0
      onReuse = broken
      expect((await many()).filter((text) => text.includes('"error":{'))).toEqual([])
      for (const socket of sockets) socket.destroy()
      await eventually(() => expect(sockets.size).toBe(0))
      answered.clear()
    }
  })

  test.each(BREAKS)('at the moment of the next request is replaced: it %s', async (_, broken) => {
    const statuses: number[] = []
    for (let round = 0; round < 60; round += 1) {
      await (await post(proxy, chat({}))).text()
      const next = post(proxy, chat({}))
      for (let turn = 0; turn < round; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      for (const socket of sockets) if (answered.has(socket)) broken(socket)
      statuses.push((await next).status)
      answered.clear()
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([])
  })
})
