import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startBundle } from '../../support/bundle.js'
import { eventually, openai } from '../../support/calls.js'
import { type Ask, call, chat, failure, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { ask, statuses } from './asking.js'

const LIMITED = { status: 429, limit: '2', remaining: '0' }
const forwarded = (hops: string | readonly string[]): Ask => ({ token: null, headers: { 'x-forwarded-for': hops } })

const open: ProxyUnderTest[] = []
const start = async (env: Record<string, string> = {}): Promise<ProxyUnderTest> => {
  const proxy = await startProxy({ RATE_LIMIT_RPM: '2', ...env })
  open.push(proxy)
  return proxy
}
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((proxy) => proxy.close()))
})

describe('the rate limit of a caller', () => {
  test('is reported with each response, and answers 429 when it is reached', async () => {
    const { origin } = await start()
    expect(await ask(origin)).toEqual({ status: 200, limit: '2', remaining: '1', reset: '60s', retryAfter: undefined })
    vi.advanceTimersByTime(17_500)
    expect(await ask(origin)).toEqual({ status: 200, limit: '2', remaining: '0', reset: '43s', retryAfter: undefined })
    expect(await ask(origin)).toEqual({ ...LIMITED, reset: '43s', retryAfter: '43' })
    vi.advanceTimersByTime(42_499)
    expect(await ask(origin)).toEqual({ ...LIMITED, reset: '1s', retryAfter: '1' })
  })

  test('resets a minute after the first request, however many requests follow', async () => {
    const { origin } = await start()
    expect(await statuses(origin, 5)).toEqual([200, 200, 429, 429, 429])
    vi.advanceTimersByTime(60_000)
    expect(await statuses(origin, 3)).toEqual([200, 200, 429])
  })

  test('is also sent in the headers of @fastify/rate-limit', async () => {
    const { origin } = await start()
    for (const expected of [1, 0, 0]) {
      const { headers } = await call(origin, { path: '/v1/models' })
      expect(headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': String(expected), 'x-ratelimit-reset': '60' })
    }
  })

  test("has an error body like OpenAI's", async () => {
    const { origin } = await start()
    await statuses(origin, 2)
    const { json, headers } = await call(origin, { path: '/v1/models' })
    expect(json).toEqual(failure('rate_limit_exceeded', null, 'rate_limit_exceeded'))
    expect((json as { error: { message: string } }).error.message).toBe(
      'The rate limit of 2 requests per minute is reached. Retry in 60 s.',
    )
    expect(headers['x-should-retry']).toBeUndefined()
  })

  test("makes OpenAI's SDK throw its RateLimitError", async () => {
    const proxy = await start()
    await statuses(proxy.origin, 2)
    await expect(openai(proxy).models.list()).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded', name: 'Error' })
  })

  test('holds for a hundred parallel requests', async () => {
    const { origin } = await start({ RATE_LIMIT_RPM: '10' })
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(origin)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90)
  })

  test('logs the caller in one line, without its token', async () => {
    const { origin, logs } = await start()
    await statuses(origin, 3)
    await eventually(() => expect(logs.at(-1)).toMatchObject({ status: 429, errorCode: 'rate_limit_exceeded', caller: expect.any(String) }))
    expect(JSON.stringify(logs)).not.toContain(TOKEN)
  })
})

describe('callers are distinguished', () => {
  test('by their tokens, even if two of them have the same name', async () => {
    const { origin } = await start({ AUTH_TOKEN: 'team:token-one-1111,team:token-two-2222,token-three-3333' })
    for (const token of ['token-one-1111', 'token-two-2222', 'token-three-3333'])
      expect(await statuses(origin, 3, { token })).toEqual([200, 200, 429])
  })

  test('not by the addresses that they use or claim', async () => {
    const { origin } = await start({ FC_FUNCTION_NAME: 'proxy' })
    const from = (address: string): Ask => ({ headers: { 'x-forwarded-for': address } })
    expect([...(await statuses(origin, 2, from('203.0.113.1'))), ...(await statuses(origin, 1, from('203.0.113.2')))]).toEqual([
      200, 200, 429,
    ])
  })

  test('without tokens by the address of the socket, whatever address they claim', async () => {
    const { origin } = await start({ AUTH_TOKEN: '' })
    const claims = ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((address) => ask(origin, forwarded(address)))
    expect((await Promise.all(claims)).map(({ status }) => status).sort()).toEqual([200, 200, 429])
    expect(await statuses(origin, 1, { token: 'any-other' })).toEqual([429])
  })

  test.each<[string, string | readonly string[], string | readonly string[]]>([
    ['alone', '203.0.113.1', '203.0.113.2'],
    ['after others, which clients can forge', '198.51.100.7, 203.0.113.1', '198.51.100.7, 203.0.113.2'],
    ['in a second header', ['198.51.100.7', '203.0.113.1'], ['198.51.100.7', '203.0.113.2']],
    ['with a port', '203.0.113.1:4711', '203.0.113.2:4711'],
    ['of IPv6', '2001:db8:1:1::1', '2001:db8:1:2::1'],
    ['of IPv6 with a port', '[2001:db8:1:1::1]:4711', '[2001:db8:1:2::1]:4711'],
  ])('on Function Compute by the last hop: %s', async (_what, one, other) => {
    const { origin } = await start({ AUTH_TOKEN: '', FC_FUNCTION_NAME: 'proxy', ALLOW_ANONYMOUS: 'true' })
    expect(await statuses(origin, 3, forwarded(one))).toEqual([200, 200, 429])
    expect(await statuses(origin, 3, forwarded(other))).toEqual([200, 200, 429])
  })

  test.each([
    ['another first hop', '203.0.113.1', '198.51.100.7, 203.0.113.1'],
    ['another port', '203.0.113.1:1', '203.0.113.1:2'],
    ['another address of its IPv6 network', '2001:db8:1:1::1', '2001:db8:1:1:ffff::9'],
    ['the same address, mapped', '203.0.113.1', '::ffff:203.0.113.1'],
    ['values that are not addresses: the socket address counts', 'unknown', 'me, or not'],
  ])('on Function Compute not by %s', async (_what, one, other) => {
    const { origin } = await start({ AUTH_TOKEN: '', FC_FUNCTION_NAME: 'proxy', ALLOW_ANONYMOUS: 'true' })
    expect(await statuses(origin, 2, forwarded(one))).toEqual([200, 200])
    expect(await statuses(origin, 1, forwarded(other))).toEqual([429])
  })
})

describe('what does not count', () => {
  test.each<[string, Ask, number]>([
    [
      'a preflight',
      { method: 'OPTIONS', token: null, headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' } },
      204,
    ],
    ['health', { path: '/health', token: null }, 200],
    ['liveness', { path: '/health/live', token: null }, 200],
    ['the contract', { path: '/openapi.json', token: null }, 200],
    ['metrics', { path: '/metrics' }, 200],
    ['a missing token', { token: null }, 401],
    ['a wrong token', { token: 'wrong' }, 401],
    ['an unknown URL', { path: '/v1/nowhere' }, 404],
    ['a wrong method', { method: 'DELETE' }, 405],
    ['a body whose declared length is too large', { path: '/v1/embeddings', body: 'x'.repeat(2_000) }, 413],
  ])('%s, which gets the same response before and after the limit is reached', async (_what, asking, status) => {
    const { origin } = await start({ BODY_LIMIT_BYTES: '1024' })
    for (let count = 0; count < 4; count += 1)
      expect(await ask(origin, asking)).toEqual({ status, limit: undefined, remaining: undefined, reset: undefined, retryAfter: undefined })
    expect(await statuses(origin, 3)).toEqual([200, 200, 429])
    for (let count = 0; count < 2; count += 1) expect(await ask(origin, asking)).toMatchObject({ status, limit: undefined })
  })

  test('a request over the limit toward MAX_CONCURRENT_REQUESTS', async () => {
    const { origin } = await start({ MAX_CONCURRENT_REQUESTS: '1' })
    await statuses(origin, 2)
    expect(await Promise.all(Array.from({ length: 10 }, () => statuses(origin, 1)))).toEqual(Array(10).fill([429]))
  })
})

describe('what counts', () => {
  test.each<[string, Ask, number]>([
    ['a chat', { path: '/v1/chat/completions', body: chat('hello') }, 200],
    ['a stream', { path: '/v1/chat/completions', body: chat('hello', { stream: true }) }, 200],
    ['an embedding', { path: '/v1/embeddings', body: { model: 'gemini-embedding-001', input: 'text' } }, 200],
    ['the list of models', {}, 200],
    ['one model', { path: '/v1/models/gemini-3.5-flash' }, 200],
    ['a HEAD', { method: 'HEAD' }, 200],
    ['resuming a stream', { path: '/v1/chat/completions/chatcmpl-0' }, 404],
    ['an invalid request', { path: '/v1/chat/completions', body: {} }, 400],
    ['a body that is not JSON', { path: '/v1/chat/completions', body: 'x', headers: { 'content-type': 'text/plain' } }, 415],
    ['a failure of Gemini', { path: '/v1/chat/completions', body: chat(simulate({ error: 'leaked' })) }, 502],
    ['a rate limit of Gemini', { path: '/v1/chat/completions', body: chat(simulate({ error: 'quota-minute' })) }, 429],
  ])('%s, whose response has the limit', async (_what, asking, status) => {
    const { origin } = await start()
    expect(await ask(origin, asking)).toMatchObject({ status, limit: '2', remaining: '1', reset: '60s' })
    expect(await ask(origin)).toMatchObject({ remaining: '0' })
    expect(await ask(origin, asking)).toMatchObject({ status: 429, remaining: '0', retryAfter: '60' })
  })
})

test('a request over the limit is refused before its body is read', async () => {
  const { origin } = await start()
  await statuses(origin, 2)
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: x',
    `authorization: Bearer ${TOKEN}`,
    'content-type: application/json',
    'content-length: 1000000',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{`)
  const answer = await new Promise<string>((resolve) => socket.once('data', (piece) => resolve(piece.toString())))
  socket.destroy()
  expect(answer).toMatch(/^HTTP\/1\.1 429 .*\r\n/)
  expect(answer).toContain('retry-after: 60')
})

describe('a web page of another origin', () => {
  const asking: Ask = { headers: { origin: 'https://app.example' } }
  const exposed = async (origin: string): Promise<string> =>
    String((await call(origin, { path: '/v1/models', ...asking })).headers['access-control-expose-headers'])

  test('can read the remaining requests, also with a 429', async () => {
    const { origin } = await start()
    for (let count = 0; count < 3; count += 1) {
      const names = (await exposed(origin)).split(', ')
      expect(names).toEqual(expect.arrayContaining(['retry-after', 'x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests']))
      expect(names).toEqual(expect.arrayContaining(['x-ratelimit-reset-requests', 'x-ratelimit-reset']))
    }
  })
})

describe('without RATE_LIMIT_RPM', () => {
  test('no caller is limited, and no response mentions a limit', async () => {
    const { origin } = await start({ RATE_LIMIT_RPM: '' })
    expect(await statuses(origin, 30)).toEqual(Array(30).fill(200))
    const { headers } = await call(origin, { path: '/v1/models', headers: { origin: 'https://app.example' } })
    expect(JSON.stringify(headers)).not.toMatch(/ratelimit/i)
  })
})

test.each(['0', '-1', '1.5', 'many'])('RATE_LIMIT_RPM=%s stops the start', async (value) => {
  await expect(startProxy({ RATE_LIMIT_RPM: value })).rejects.toThrow('RATE_LIMIT_RPM must be a whole number from 1')
})

test('the built server limits its callers, with tokens and without', async () => {
  const env = { GEMINI_API_KEY: 'unused', RATE_LIMIT_RPM: '2' }
  const servers = [await startBundle({ ...env, AUTH_TOKEN: TOKEN }), await startBundle(env)]
  for (const server of servers) {
    expect(await statuses(server.address, 3)).toEqual([200, 200, 429])
    await server.stop()
  }
})
