import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { type Answer, type Ask, call, chat, simulate } from '../../support/contractHook.js'
import { GEMINI_KEY, type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { startApp } from './app.js'
import { open } from './socket.js'

type Line = Readonly<Record<string, unknown>>
let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: `alice:${TOKEN}`, BODY_LIMIT_BYTES: '65536', FC_FUNCTION_NAME: 'gemini-proxy' })
})
afterAll(() => proxy.close())

const linesOf = (id: unknown): Line[] => proxy.logs.filter(({ requestId }) => requestId === id)

async function lineOf({ headers }: Answer): Promise<Line> {
  return eventually(() => {
    const [line] = linesOf(headers['x-request-id'])
    if (line === undefined) throw new Error('not logged yet')
    return line
  })
}

const ALWAYS = { time: expect.any(Number), durationMs: expect.any(Number), cancelled: false }

describe('one log line for each request', () => {
  test('records an answered chat', async () => {
    const line = await lineOf(await call(proxy.origin, { body: chat('hello') }))
    expect(line).toMatchObject({
      ...ALWAYS,
      level: 30,
      msg: 'answered',
      requestId: expect.stringMatching(/^req_[0-9a-f]{24}$/),
      method: 'POST',
      operation: 'createChatCompletion',
      route: '/v1/chat/completions',
      caller: 'alice',
      model: 'gemini-3.5-flash',
      stream: false,
      status: 200,
      promptTokens: expect.any(Number),
      completionTokens: expect.any(Number),
      reasoningTokens: expect.any(Number),
      cachedTokens: expect.any(Number),
      attempts: 1,
      key: GEMINI_KEY.slice(-4),
    })
    expect(line.errorCode).toBeUndefined()
  })

  test('records when the first event of a stream was sent', async () => {
    const line = await lineOf(await call(proxy.origin, { body: chat('hello', { stream: true, stream_options: { include_usage: true } }) }))
    expect(line).toMatchObject({
      ...ALWAYS,
      stream: true,
      status: 200,
      firstByteMs: expect.any(Number),
      completionTokens: expect.any(Number),
    })
    expect(Number(line.firstByteMs)).toBeLessThanOrEqual(Number(line.durationMs))
  })

  test.each<[string, Ask, Line]>([
    [
      'an invalid request',
      { body: { model: 'm' } },
      {
        level: 30,
        status: 400,
        errorCode: 'missing_required_parameter',
        errorType: 'invalid_request_error',
        param: 'messages',
        caller: 'alice',
      },
    ],
    ['broken JSON', { body: '{', headers: { 'content-type': 'application/json' } }, { status: 400, errorCode: 'invalid_json' }],
    ['a refused token', { path: '/v1/models', token: 'wrong' }, { status: 401, errorCode: 'invalid_api_key', route: '/v1/models' }],
    ['a missing token', { path: '/v1/models', token: null }, { status: 401, errorType: 'invalid_request_error' }],
    ['an unknown model', { body: { ...chat('hello'), model: 'nope' } }, { status: 404, errorCode: 'model_not_found', model: 'nope' }],
    ['an unknown URL', { path: '/nowhere', token: null }, { status: 404, errorCode: 'unknown_url' }],
    ['a malformed URL', { path: '/%zz', token: null }, { status: 404, errorCode: 'unknown_url' }],
    ['a wrong method', { path: '/health', method: 'DELETE' }, { status: 405, errorCode: 'method_not_allowed', method: 'DELETE' }],
    ['a preflight', { path: '/v1/models', method: 'OPTIONS', token: null }, { status: 204, method: 'OPTIONS' }],
    ['a rate limit', { body: chat(simulate({ error: 'quota-minute' })) }, { level: 30, status: 429, errorType: 'rate_limit_exceeded' }],
    [
      'an error of Gemini',
      { body: chat(simulate({ error: 'denied' })) },
      { level: 50, msg: 'failed', status: 502, errorCode: 'upstream_auth_error', cause: expect.stringContaining('PERMISSION_DENIED') },
    ],
    [
      'a stream that broke',
      { body: chat(simulate({ chunks: 3, errorMidStream: { name: 'internal', form: 'data-object', afterChunks: 1 } }), { stream: true }) },
      { level: 50, status: 200, stream: true, errorCode: 'upstream_error', errorType: 'server_error' },
    ],
  ])('records %s', async (_what, ask, expected) => {
    const answer = await call(proxy.origin, ask)
    expect(await lineOf(answer)).toMatchObject({ ...ALWAYS, ...expected })
    expect(linesOf(answer.headers['x-request-id'])).toHaveLength(1)
  })

  test('records that a client disconnected', async () => {
    const before = proxy.logs.length
    const body = JSON.stringify(chat(simulate({ text: 'one two three', chunks: 3, hold: { afterChunks: 1 } }), { stream: true }))
    const connection = await open(proxy.origin)
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await connection.until(/data: /)
    connection.destroy()
    const line = await eventually(() => {
      const found = proxy.logs.slice(before).find(({ cancelled }) => cancelled === true)
      if (found === undefined) throw new Error('not logged yet')
      return found
    })
    expect(line).toMatchObject({ level: 30, msg: 'cancelled', status: 499, stream: true, caller: 'alice' })
  })
})

test.each([
  ['closes', (socket: Socket) => socket.destroy()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('a whole response during which the client %s the connection is logged as cancelled', async (_what, leave) => {
  const message = { role: 'assistant', content: 'x'.repeat(20_000_000), refusal: null }
  const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
  const json = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices }
  const bare = await startApp({ createChatCompletion: async () => ({ json }) as never })
  const socket = connect(Number(new URL(bare.origin).port), '127.0.0.1')
  const body = JSON.stringify(chat('hello'))
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await once(socket, 'readable')
  leave(socket)
  await expect.poll(() => bare.logs).toMatchObject([{ msg: 'cancelled', status: 499, cancelled: true }])
  await bare.close()
})

describe('the logged model of a request', () => {
  const modelOf = async (model: string): Promise<unknown> =>
    (await lineOf(await call(proxy.origin, { body: { ...chat('hello'), model } }))).model

  test('is the requested one, even if it does not exist', async () => {
    expect(await modelOf('gpt-4o-mini')).toBe('gpt-4o-mini')
  })

  test('has no prefix models/, and neither have its metrics', async () => {
    expect(await modelOf('models/gemini-3.5-flash')).toBe('gemini-3.5-flash')
    const { text } = await call(proxy.origin, { path: '/metrics' })
    expect(text).toMatch(/requests_total\{operation="createChatCompletion",status="200",model="gemini-3\.5-flash"/)
    expect(text).not.toContain('models/')
  })

  test('is truncated, and has only the characters of model ids', async () => {
    expect(await modelOf('m'.repeat(100))).toBe('m'.repeat(64))
    expect(await modelOf('a b\n"c"\u001b[31m\u202e模')).toBe('a?b??c???31m??')
  })

  test.each([
    ['a token of AUTH_TOKEN', TOKEN],
    ['the Gemini key', GEMINI_KEY],
    ['a part of the Gemini key', `x${GEMINI_KEY.slice(4, 20)}`],
    ['any Google key', `AIza${'Sy'.repeat(18)}`],
  ])('never contains %s', async (_what, model) => {
    expect(await modelOf(model)).toMatch(/redacted/)
  })
})

describe('the parameter of a 400', () => {
  test.each<[string, object, string]>([
    ['with its indexes', chat('hello', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }), 'messages[0].content[0].text'],
    ['without names that the client chose', chat('hello', { metadata: { 'my secret': 1 } }), 'metadata.*'],
    ['without a name of the client that looks like a path', chat('hello', { metadata: { 'a.b[0]': 1 } }), 'metadata.*.*[0]'],
  ])('is logged %s', async (_what, body, param) => {
    expect(await lineOf(await call(proxy.origin, { body }))).toMatchObject({ status: 400, param })
  })

  test('is truncated', async () => {
    const line = await lineOf(await call(proxy.origin, { body: chat('hello', { metadata: { ['a.'.repeat(1_000)]: 1 } }) }))
    expect(String(line.param).length).toBeLessThanOrEqual(120)
  })
})

describe('the request id', () => {
  test.each(['1-5f2b8c1e-9a7d4036b1c2', 'ABCDEF0123', 'a'.repeat(64)])('of Function Compute is used: %s', async (id) => {
    const answer = await call(proxy.origin, { path: '/health', token: null, headers: { 'x-fc-request-id': id } })
    expect(answer.headers['x-request-id']).toBe(id)
    expect(await lineOf(answer)).toMatchObject({ requestId: id })
  })

  test.each([
    ['empty', ''],
    ['too long', 'a'.repeat(65)],
    ['with a space', 'a b'],
    ['with a quote', 'a"b'],
    ['with a brace', '{"a":1}'],
    ['with a comma', 'a,b'],
  ])('is generated if the one sent is invalid: %s', async (_what, id) => {
    const { headers } = await call(proxy.origin, { path: '/health', token: null, headers: { 'x-fc-request-id': id } })
    expect(headers['x-request-id']).toMatch(/^req_[0-9a-f]{24}$/)
  })

  test('is generated if two were sent', async () => {
    const { headers } = await call(proxy.origin, { path: '/health', token: null, headers: { 'x-fc-request-id': ['one', 'two'] } })
    expect(headers['x-request-id']).toMatch(/^req_/)
  })

  test.each(['x-request-id', 'request-id'])('is not taken from %s', async (name) => {
    const { headers } = await call(proxy.origin, { path: '/health', token: null, headers: { [name]: 'canary' } })
    expect(headers['x-request-id']).toMatch(/^req_/)
  })

  test('is unique for each request', async () => {
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => (await call(proxy.origin, { path: '/health' })).headers['x-request-id']),
    )
    expect(new Set(ids).size).toBe(50)
  })
})

test('no log line holds a prompt, an answer, a token, a key, a path or a header of a caller, at any level', async () => {
  const talkative = await startProxy({ LOG_LEVEL: 'trace', AUTH_TOKEN: TOKEN, FC_FUNCTION_NAME: 'gemini-proxy' })
  const headers = {
    'x-fc-access-key-secret': 'canary-fc-secret',
    'x-fc-security-token': 'canary-fc-token',
    'x-fc-function-timeout': '60',
    'x-custom': 'canary-header',
    cookie: 'canary=cookie',
    'user-agent': 'canary-agent',
  }
  const canary = (behaviour: object): object =>
    chat(`canary-prompt ${simulate({ text: 'canary-answer', ...behaviour })}`, { user: 'canary-user' })
  const asks: readonly Ask[] = [
    { body: canary({}) },
    { body: { ...canary({}), stream: true } },
    { body: { ...canary({}), temperature: 'canary-value' } },
    { body: { ...canary({}), model: TOKEN } },
    { body: { ...canary({}), model: `x-${GEMINI_KEY}` } },
    { body: { ...canary({}), metadata: { 'canary-key': 1 } } },
    { body: '{"canary-json": ', headers: { 'content-type': 'application/json' } },
    { body: 'canary', headers: { 'content-type': 'text/canary' } },
    { path: '/canary-path?canary=query', token: null },
    { path: '/v1/models/canary-id?canary=query' },
    { path: '/v1/models', token: 'canary-wrong-token' },
    ...(['denied', 'invalid-long', 'internal', 'unavailable', 'region', 'invalid-argument', 'quota-day'] as const).map((error) => ({
      body: canary({ error }),
    })),
    { body: { ...canary({ errorMidStream: { name: 'internal' } }), stream: true } },
    { body: { ...canary({ fault: { kind: 'reset' } }), stream: true } },
    { body: canary({ rawBody: 'canary-garbage' }) },
  ]
  for (const ask of asks) await call(talkative.origin, { ...ask, headers: { ...headers, ...ask.headers } })
  await talkative.close()
  const text = JSON.stringify(talkative.logs)
  expect(talkative.logs.filter(({ requestId }) => requestId !== undefined)).toHaveLength(asks.length)
  expect(text).not.toMatch(/canary/i)
  expect(text).not.toContain(TOKEN)
  expect(text).not.toContain(GEMINI_KEY)
})
