import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import { call, failure } from '../../support/contractHook.js'
import { type BareApp, startApp } from '../contract/app.js'
import { type Connection, open, parseAnswer } from '../contract/socket.js'
import { AUTHORIZED, CHAT, head } from './raw.js'

let bare: BareApp | undefined
let connections: Connection[] = []
afterEach(async () => {
  startClock()
  for (const connection of connections) connection.destroy()
  connections = []
  await bare?.close()
})

/** Starts the HTTP server with stub operations and the given timeouts. */
async function start(more: Parameters<typeof startApp>[2]): Promise<BareApp> {
  bare = await startApp(
    { createChatCompletion: async () => ({ json: ANSWER }) as never, getLiveness: async () => ({ json: { status: 'ok' } }) },
    {},
    more,
  )
  return bare
}

const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop', logprobs: null }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}

async function sending(origin: string, text: string): Promise<Connection> {
  const connection = await open(origin)
  connections.push(connection)
  connection.write(text)
  return connection
}

const post = (...lines: readonly string[]): string =>
  head('POST /v1/chat/completions', 'host: x', AUTHORIZED, 'content-type: application/json', ...lines)

describe('slow bodies', () => {
  test.each<[string, string]>([
    ['declared and never sent', post('content-length: 1000')],
    ['begun and never completed', `${post('content-length: 1000')}{"model":`],
    ['in endless chunks', `${post('transfer-encoding: chunked')}1\r\n{\r\n`],
    ['declared as huge', post('content-length: 30000000')],
  ])('%s: the request ends, and its connection with it', async (_what, text) => {
    const { origin, logs } = await start({ bodyPace: { graceMs: 50, bytesPerSecond: 100_000 } })
    const connection = await sending(origin, text)
    const answer = parseAnswer(await connection.closed())
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_value')])
    await expect.poll(() => logs.filter(({ status }) => status === 400)).toHaveLength(1)
  })

  test('a body that trickles is ended too, however often bytes arrive', async () => {
    const { origin } = await start({ bodyPace: { graceMs: 50, bytesPerSecond: 100_000 } })
    const connection = await sending(origin, post('content-length: 100000'))
    const trickle = setInterval(() => connection.write(' '), 10)
    expect(parseAnswer(await connection.closed().finally(() => clearInterval(trickle))).status).toBe(400)
  })

  test('a body that arrives just fast enough is served, however late it ends', async () => {
    const { origin } = await start({ bodyPace: { graceMs: 30_000, bytesPerSecond: 1 } })
    stopClock()
    const connection = await sending(origin, post(`content-length: ${CHAT.length}`, 'connection: close', 'expect: 100-continue'))
    await connection.until(/100 Continue/)
    for (let at = 0; at < CHAT.length; at += 20) {
      connection.write(CHAT.slice(at, at + 20))
      // Waits until the server has read the piece: once it has answered this later request, it has
      // read the piece, too.
      await call(origin, { path: '/health/live', token: null })
      await advanceClock(15_000)
    }
    expect(await connection.closed()).toMatch(/HTTP\/1\.1 200 OK/)
  })

  test('callers whose bodies never arrive do not block others for longer than the timeout', async () => {
    const { origin } = await start({ bodyPace: { graceMs: 50, bytesPerSecond: 100_000 } })
    await Promise.all(Array.from({ length: 50 }, async () => (await sending(origin, post('content-length: 1000'))).closed()))
    await eventually(async () => expect((await call(origin, { body: JSON.parse(CHAT) })).status).toBe(200))
  })

  test('a client without a token is refused at once: its body is not awaited', async () => {
    const { origin } = await start({})
    const connection = await sending(
      origin,
      head('POST /v1/chat/completions', 'host: x', 'content-type: application/json', 'content-length: 1000'),
    )
    await connection.until(/^HTTP\/1\.1 401 /)
    expect(connection.received()).toContain('"error"')
  })
})

describe('slow headers', () => {
  test.each<[string, string]>([
    ['that never arrive', ''],
    ['that never end', 'GET /health/live HTTP/1.1\r\nhost: x\r\nx-more: '],
    ['that end in the request line', 'GET /health'],
  ])('%s: the connection ends', async (_what, text) => {
    const { origin } = await start({ headersTimeoutMs: 50 })
    const connection = await sending(origin, text)
    const answer = parseAnswer(await connection.closed())
    expect([answer.status, answer.json]).toEqual([408, failure('invalid_value')])
  })

  test('have half a minute without the shorter timeouts of these tests', async () => {
    const { app } = await start({})
    expect(app.fastify.server.headersTimeout).toBe(30_000)
  })
})

describe('oversized headers', () => {
  test.each<[string, string]>([
    ['one of 20 KB', `x-long: ${'x'.repeat(20_000)}`],
    ['two thousand', Array.from({ length: 2_000 }, (_, at) => `x-${at}: ${'y'.repeat(10)}`).join('\r\n')],
    ['a name of 20 KB', `${'n'.repeat(20_000)}: 1`],
    ['a token of 20 KB', `authorization: Bearer ${'t'.repeat(20_000)}`],
    ['cookies of 20 KB', `cookie: ${'c=1; '.repeat(4_000)}`],
  ])('%s: 431 with an OpenAI-style error, and the connection ends', async (_what, line) => {
    const { origin } = await start({})
    const connection = await sending(origin, head('GET /health/live', 'host: x', line))
    const answer = parseAnswer(await connection.closed())
    expect([answer.status, answer.json]).toEqual([431, failure('request_too_large')])
  })

  test('a URL of 20 KB: 431, too', async () => {
    const { origin } = await start({})
    const connection = await sending(origin, head(`GET /${'u'.repeat(20_000)}`, 'host: x'))
    expect(parseAnswer(await connection.closed()).status).toBe(431)
  })

  test('many headers within the limit are served', async () => {
    const { origin } = await start({})
    const lines = Array.from({ length: 300 }, (_, at) => `x-${at}: y`)
    const connection = await sending(origin, head('GET /health/live', 'host: x', 'connection: close', ...lines))
    expect(parseAnswer(await connection.closed()).json).toEqual({ status: 'ok' })
  })
})
