import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { AUTHORIZED, ask, CHAT, FROM_PLATFORM, head } from './raw.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const get = (target: string, ...lines: readonly string[]) =>
  ask(proxy.origin, head(`GET ${target}`, 'connection: close', ...FROM_PLATFORM, ...lines))
const OPEN = '/health/live'

describe('a protected path in disguise', () => {
  const disguises = [
    '//v1/models',
    '///v1///models',
    '/v1//models',
    '/./v1/models',
    '/x/../v1/models',
    '/health/../v1/models',
    '/health/live/../../v1/models',
    '/%2e%2e/v1/models',
    '/health/%2e%2e/v1/models',
    '/health/..%2fv1/models',
    '/health%2f..%2fv1%2fmodels',
    '/health/live;/../../v1/models',
    '/health/live/..;/..;/v1/models',
    '/v1;/models',
    '/v1/models;',
    '/v1/models;a=b',
    '/V1/models',
    '/v1/MODELS',
    '/v1/models/',
    '/v1/models//',
    '/v1/models/.',
    '/v1/models%2f',
    '/v1/models%00',
    '/v1/models%20',
    '/v1/models%09',
    '/v1/models\\',
    '\\v1\\models',
    '/v1%5cmodels',
    '/%76%31/models',
    '/v1/%6dodels',
    '/v1/models%252f',
    '/%252e%252e/v1/models',
    '/v1/models#',
    '/v1/models#/health/live',
    '/v1/models?/health/live',
    '/v1/models?x=/health',
    '/v1/ｍodels',
    '/metrics;',
    '/METRICS',
    '//metrics',
    '/health/../metrics',
    '/%6detrics',
    '/v1/chat/../models',
    '/v1/models/../../health/live',
    'http://x/v1/models',
    'https://x:443/v1/models',
    'http://x/health/../v1/models',
    'HTTP://X/v1/models',
    'http://user:pass@x/v1/models',
    'file:///v1/models',
    'x',
    '*',
  ]

  test.each(disguises)('%s is not served without a token', async (target) => {
    const { status, body } = await get(target, 'host: x')
    expect([400, 401, 404]).toContain(status)
    expect(JSON.parse(body)).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: status === 401 ? null : expect.any(String) },
    })
  })

  test.each(disguises)('%s, authorized or not, is never served like an open path', async (target) => {
    const { body } = await get(target, 'host: x', AUTHORIZED)
    expect(body).not.toContain('"status":"ok"')
  })
})

describe('manipulated Host headers', () => {
  const hosts = [
    'localhost:9000/#@attacker.example',
    'localhost/health/live',
    'x/health/live?',
    'x#/health/live',
    'attacker.example',
    '127.0.0.1',
    '[::1]:9000',
    '169.254.169.254',
    'x:99999999',
    '@x',
    '',
    'generativelanguage.googleapis.com',
  ]

  test.each(hosts)('the host %j gives no access', async (host) => {
    const lines = [
      `host: ${host}`,
      'x-forwarded-host: health',
      'x-original-url: /health/live',
      'x-rewrite-url: /health/live',
      'forwarded: host=health',
    ]
    expect((await get('/v1/models', ...lines)).status).toBe(401)
    expect((await get('/metrics', ...lines)).status).toBe(401)
  })

  test.each(hosts)('the host %j changes neither the response nor the upstream', async (host) => {
    const before = proxy.simulator.totalRequests
    const lines = [
      `host: ${host}`,
      `x-forwarded-host: ${host}`,
      AUTHORIZED,
      'content-type: application/json',
      `content-length: ${CHAT.length}`,
    ]
    const answer = await ask(proxy.origin, head('POST /v1/chat/completions', 'connection: close', ...lines) + CHAT)
    expect(answer.status).toBe(200)
    expect(proxy.simulator.totalRequests).toBe(before + 1)
    if (host !== '') expect(answer.head).not.toContain(host)
  })

  test('two hosts are refused', async () => {
    const { status, body } = await get('/v1/models', 'host: x', 'host: localhost', AUTHORIZED)
    expect([status, JSON.parse(body)]).toEqual([400, { error: expect.objectContaining({ code: 'invalid_value' }) }])
  })

  test('a request of HTTP/1.1 without a host is a 400 with an OpenAI-style error', async () => {
    const { status, body } = await ask(proxy.origin, head(`GET ${OPEN}`, 'connection: close'))
    expect([status, JSON.parse(body)]).toEqual([
      400,
      { error: expect.objectContaining({ type: 'invalid_request_error', code: 'invalid_value' }) },
    ])
  })
})

describe('the authorization header', () => {
  const wrong = 'authorization: Bearer wrong'

  test.each<[string, readonly string[]]>([
    ['wrong, then right', [wrong, AUTHORIZED]],
    ['empty, then right', ['authorization:', AUTHORIZED]],
    ['Basic, then right', ['authorization: Basic eDp5', AUTHORIZED]],
  ])('twice does not authorize by the second value: %s', async (_what, lines) => {
    expect((await get('/v1/models', 'host: x', ...lines)).status).toBe(401)
  })

  test.each<[string, readonly string[]]>([
    ['with a space', ['authorization:', ` Bearer ${AUTHORIZED.split(' ').at(-1)}`]],
    ['with a tab', ['authorization: Bearer', `\t${AUTHORIZED.split(' ').at(-1)}`]],
    ['behind another header', ['x-any: 1', ` ${AUTHORIZED}`]],
    ['a space before the colon', [AUTHORIZED.replace(':', ' :')]],
    ['announced as a trailer', ['trailer: authorization']],
  ])('folded does not authorize: %s', async (_what, lines) => {
    expect([400, 401]).toContain((await get('/v1/models', 'host: x', ...lines)).status)
  })

  test('in the trailer of a body does not authorize', async () => {
    const text = `${head('POST /v1/chat/completions', 'host: x', 'connection: close', 'transfer-encoding: chunked', 'content-type: application/json', 'trailer: authorization')}${CHAT.length.toString(16)}\r\n${CHAT}\r\n0\r\n${AUTHORIZED}\r\n\r\n`
    expect((await ask(proxy.origin, text)).status).toBe(401)
  })

  test('named in Connection is still required', async () => {
    expect((await ask(proxy.origin, head('GET /v1/models', 'host: x', 'connection: close, authorization'))).status).toBe(401)
  })
})

describe('methods', () => {
  test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])('%s does not change the method', async (name) => {
    expect((await get('/v1/chat/completions', 'host: x', AUTHORIZED, `${name}: POST`)).status).toBe(405)
  })

  test.each(['HEAD', 'OPTIONS', 'POST', 'DELETE', 'TRACE'])('%s does not open a protected path', async (method) => {
    const { status, body } = await ask(proxy.origin, head(`${method} /v1/models`, 'host: x', 'connection: close', 'content-length: 0'))
    expect([401, 405, 204]).toContain(status)
    expect(body).not.toContain('"list"')
  })

  test('CONNECT is refused with an OpenAI-style error', async () => {
    const { status, body } = await ask(proxy.origin, head('CONNECT 169.254.169.254:80', 'host: x'))
    expect([status, JSON.parse(body)]).toEqual([405, { error: expect.objectContaining({ code: 'method_not_allowed' }) }])
  })

  test('an upgrade is ignored', async () => {
    const { status, head: sent } = await ask(
      proxy.origin,
      head(
        'GET /health/live',
        'host: x',
        'connection: upgrade, close',
        'upgrade: websocket',
        'sec-websocket-key: x',
        'sec-websocket-version: 13',
      ),
    )
    expect(status).toBe(200)
    expect(sent.toLowerCase()).not.toContain('upgrade')
  })

  test('an unknown expectation is ignored, as HTTP allows', async () => {
    expect(await get(OPEN, 'host: x', 'expect: the-unexpected')).toMatchObject({ status: 200, body: '{"status":"ok"}' })
  })
})
