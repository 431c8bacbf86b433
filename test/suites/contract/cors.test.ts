import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ask, call, chat, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { startApp } from './app.js'

const ORIGIN = 'https://app.example'
const HEADERS =
  'authorization,content-type,x-api-key,anthropic-version,anthropic-beta,x-stainless-os,x-stainless-retry-count,x-some-new-header'
const EXPOSED = ['x-request-id', 'request-id', 'retry-after', 'x-should-retry', 'x-gemini-proxy-ignored-params', 'x-gemini-proxy-model']
let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy({ BODY_LIMIT_BYTES: '1024' })
})
afterAll(() => proxy.close())

const preflight = (path: string, method = 'POST'): Ask => ({
  method: 'OPTIONS',
  path,
  token: null,
  headers: { origin: ORIGIN, 'access-control-request-method': method, 'access-control-request-headers': HEADERS },
})

describe('a preflight', () => {
  test.each([
    '/v1/chat/completions',
    '/v1/models',
    '/v1/models/gemini-3.5-flash',
    '/v1/models/models%2Fgemini-3.5-flash',
    '/v1/models/models/gemini-3.5-flash',
    '/health',
    '/metrics',
    '/openapi.json',
    '/',
    '/nowhere/at/all',
    '/v1/%zz',
    '//v1/models',
  ])('of %s is 204 without a token, and allows the requested headers', async (path) => {
    const { status, headers } = await call(proxy.origin, preflight(path))
    expect(status).toBe(204)
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-headers']).toBe(HEADERS)
    expect(headers['access-control-allow-methods']).toMatch(/GET.*POST/)
  })

  test.each([
    ['no headers at all', {}],
    ['an origin only', { origin: ORIGIN }],
  ])('with %s is answered as well', async (_what, headers) => {
    expect(await call(proxy.origin, { method: 'OPTIONS', path: '/v1/models', token: null, headers })).toMatchObject({ status: 204 })
  })
})

describe('a response to a page', () => {
  test.each<[string, Ask, number]>([
    ['success', { path: '/v1/models' }, 200],
    ['stream', { body: chat('hello', { stream: true }) }, 200],
    ['invalid request', { body: {} }, 400],
    ['missing token', { path: '/v1/models', token: null }, 401],
    ['unknown URL', { path: '/nowhere' }, 404],
    ['malformed URL', { path: '/v1/models/%zz' }, 404],
    ['wrong method', { path: '/v1/models', method: 'DELETE' }, 405],
    ['body too large', { body: 'x'.repeat(2_000), headers: { 'content-type': 'application/json' } }, 413],
    ['no JSON', { body: 'x', headers: { 'content-type': 'text/plain' } }, 415],
    ['rate limit', { body: chat(simulate({ error: 'quota-minute' })) }, 429],
    ['failure of a stream before its first event', { body: chat(simulate({ error: 'quota-minute' }), { stream: true }) }, 429],
  ])('%s carries the CORS headers', async (_what, ask, status) => {
    const answer = await call(proxy.origin, { ...ask, headers: { ...ask.headers, origin: ORIGIN } })
    expect(answer.status).toBe(status)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(String(answer.headers['access-control-expose-headers']).split(', ')).toEqual(expect.arrayContaining(EXPOSED))
  })

  test('500 carries the CORS headers', async () => {
    const bare = await startApp({})
    const { status, headers } = await call(bare.origin, { path: '/v1/models', headers: { origin: ORIGIN } })
    await bare.close()
    expect(status).toBe(500)
    expect(headers['access-control-allow-origin']).toBe('*')
  })
})

describe('with CORS_ORIGINS', () => {
  let restricted: RunningProxy
  beforeAll(async () => {
    restricted = await startProxy({ CORS_ORIGINS: `${ORIGIN}, https://other.example` })
  })
  afterAll(() => restricted.close())

  test.each([ORIGIN, 'https://other.example'])('%s is allowed', async (origin) => {
    const { headers } = await call(restricted.origin, { path: '/v1/models', headers: { origin } })
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers.vary).toMatch(/origin/i)
  })

  test.each(['https://evil.example', `${ORIGIN}.evil.example`, 'null', 'http://app.example'])('%s is not allowed', async (origin) => {
    const { headers } = await call(restricted.origin, { path: '/v1/models', headers: { origin } })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(headers.vary).toMatch(/origin/i)
  })

  test('an allowed origin may read a stream', async () => {
    const { headers } = await call(restricted.origin, { body: chat('hello', { stream: true }), headers: { origin: ORIGIN } })
    expect(headers['access-control-allow-origin']).toBe(ORIGIN)
  })
})
