import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toRouteUrl } from '../../../src/http/routes.js'
import { eventually } from '../../support/calls.js'
import { type Answer, type Ask, call, chat, failure, OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { startApp } from './app.js'
import { open, parseAnswer } from './socket.js'

const MODELS = '/v1/models'
let proxy: RunningProxy
let several: RunningProxy
let anonymous: RunningProxy

beforeAll(async () => {
  proxy = await startProxy({ BODY_LIMIT_BYTES: '2048' })
  several = await startProxy({ AUTH_TOKEN: `alice:${TOKEN}, token-of-nobody,bob:with:colon` })
  anonymous = await startProxy({ AUTH_TOKEN: '' })
})
afterAll(() => Promise.all([proxy.close(), several.close(), anonymous.close()]))

const withHeader = (origin: string, authorization: string, path = MODELS): Promise<Answer> =>
  call(origin, { path, token: null, headers: { authorization } })

async function callerOf({ logs }: RunningProxy, { headers }: Answer): Promise<unknown> {
  return eventually(() => {
    const line = logs.find(({ requestId }) => requestId === headers['x-request-id'])
    expect(line).toBeDefined()
    return line?.caller
  })
}

describe('the bearer check', () => {
  test('accepts the right token', async () => {
    expect(await call(proxy.origin, { path: MODELS })).toMatchObject({ status: 200 })
  })

  test.each([
    ['lower case', `bearer ${TOKEN}`],
    ['upper case', `BEARER ${TOKEN}`],
    ['several spaces', `Bearer   ${TOKEN}`],
    ['trailing space', `Bearer ${TOKEN} `],
  ])('accepts the scheme in any form: %s', async (_form, authorization) => {
    expect(await withHeader(proxy.origin, authorization)).toMatchObject({ status: 200 })
  })

  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a token without its scheme', TOKEN],
  ])('treats %s as a missing key', async (_what, authorization) => {
    const answer = await call(proxy.origin, { path: MODELS, token: null, headers: authorization === undefined ? {} : { authorization } })
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    expect(answer.json).toEqual(failure(null))
  })

  test.each([
    ['another token', 'Bearer wrong'],
    ['a prefix of the token', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the token with an extra character', `Bearer ${TOKEN}x`],
    ['the token twice', `Bearer ${TOKEN} ${TOKEN}`],
    ['the token in another case', `Bearer ${TOKEN.toUpperCase()}`],
    ['a very long token', `Bearer ${'x'.repeat(8_000)}`],
  ])('refuses %s as invalid_api_key', async (_what, authorization) => {
    const answer = await withHeader(proxy.origin, authorization)
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    expect(answer.json).toEqual(failure('invalid_api_key'))
  })

  test.each(['x-api-key', 'x-goog-api-key'])('also accepts the token in the header %s', async (name) => {
    expect(await call(proxy.origin, { path: MODELS, token: null, headers: { [name]: TOKEN } })).toMatchObject({ status: 200 })
    expect(await call(proxy.origin, { path: MODELS, token: null, headers: { [name]: 'wrong' } })).toMatchObject({ status: 401 })
  })

  test.each(['api-key', 'proxy-authorization', 'anthropic-api-key'])('ignores the token in the header %s', async (name) => {
    expect(await call(proxy.origin, { path: MODELS, token: null, headers: { [name]: TOKEN } })).toMatchObject({ status: 401 })
  })

  test.each(['key', 'api_key', 'token', 'access_token'])('ignores the token in the query parameter %s', async (name) => {
    expect(await call(proxy.origin, { path: `${MODELS}?${name}=${TOKEN}`, token: null })).toMatchObject({ status: 401 })
  })
})

describe('with several tokens', () => {
  test.each([
    ['a named one', TOKEN, 'alice'],
    ['one that contains a colon', 'with:colon', 'bob'],
    ['one without a name', 'token-of-nobody', expect.stringMatching(/^k_[0-9a-f]{8}$/)],
  ])('%s is accepted, and the log names the caller', async (_what, token, caller) => {
    const answer = await call(several.origin, { path: MODELS, token })
    expect(answer.status).toBe(200)
    expect(await callerOf(several, answer)).toEqual(caller)
  })

  test.each(['alice', `alice:${TOKEN}`, 'with', 'bob:with:colon'])('the name or the whole entry is not a token: %s', async (token) => {
    expect(await call(several.origin, { path: MODELS, token })).toMatchObject({ status: 401 })
  })

  test('a rejected caller has no name in the log', async () => {
    const answer = await call(several.origin, { path: MODELS, token: 'wrong' })
    expect(await callerOf(several, answer)).toBeUndefined()
  })
})

describe('without AUTH_TOKEN', () => {
  test.each([
    ['no token', null],
    ['any token', 'whatever'],
  ])('a caller with %s is accepted', async (_what, token) => {
    expect(await call(anonymous.origin, { token, body: chat('hello') })).toMatchObject({ status: 200 })
  })

  test('the log has a warning at startup', () => {
    expect(anonymous.logs[0]).toMatchObject({ level: 40, msg: expect.stringContaining('AUTH_TOKEN') })
  })

  test('with AUTH_TOKEN, the log has no warning', () => {
    expect(proxy.logs.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })
})

describe('the metrics endpoint', () => {
  test.each<[string, Record<string, string>, string | null, number]>([
    ['accepts METRICS_TOKEN', { METRICS_TOKEN: 'scraper' }, 'scraper', 200],
    ['does not accept a token of callers if METRICS_TOKEN is set', { METRICS_TOKEN: 'scraper' }, TOKEN, 401],
    ['requires a token if METRICS_TOKEN is set', { METRICS_TOKEN: 'scraper' }, null, 401],
    ['requires METRICS_TOKEN even if callers need no token', { METRICS_TOKEN: 'scraper', AUTH_TOKEN: '' }, null, 401],
    ['accepts the token of callers if there is only one', {}, TOKEN, 200],
    ['requires a token', {}, null, 401],
    ['accepts none of several tokens of callers', { AUTH_TOKEN: `${TOKEN},second` }, TOKEN, 401],
    [
      'accepts METRICS_TOKEN if there are several tokens of callers',
      { AUTH_TOKEN: `${TOKEN},second`, METRICS_TOKEN: 'scraper' },
      'scraper',
      200,
    ],
    ['is public if no token is configured', { AUTH_TOKEN: '' }, null, 200],
  ])('%s', async (_rule, env, token, status) => {
    const own = await startProxy(env)
    try {
      expect(await call(own.origin, { path: '/metrics', token })).toMatchObject({ status })
    } finally {
      await own.close()
    }
  })

  test('METRICS_TOKEN gives no access to the API', async () => {
    const own = await startProxy({ METRICS_TOKEN: 'scraper' })
    try {
      expect(await call(own.origin, { path: MODELS, token: 'scraper' })).toMatchObject({ status: 401 })
    } finally {
      await own.close()
    }
  })
})

describe('the order of error checks', () => {
  const huge = { 'content-length': '999999999', 'content-type': 'application/json' }

  test('401 comes before the body: the headers of a huge POST are enough', async () => {
    const connection = await open(proxy.origin)
    connection.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 30000000\r\n\r\n')
    const answer = parseAnswer(await connection.until(/\r\n\r\n\{.*\}$/s))
    connection.destroy()
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
    expect(answer.json).toEqual(failure(null))
  })

  test('413 comes before the body as well, for a caller with a token', async () => {
    const connection = await open(proxy.origin)
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 30000000\r\n\r\n`,
    )
    const answer = parseAnswer(await connection.until(/\r\n\r\n\{.*\}$/s))
    connection.destroy()
    expect(answer.status).toBe(413)
    expect(answer.json).toEqual(failure('request_too_large'))
  })

  test.each<[string, Ask, number]>([
    ['404 needs no token', { path: '/nowhere', token: null, body: 'x' }, 404],
    ['405 needs no token', { path: MODELS, token: null, method: 'DELETE' }, 405],
    ['401 before 413', { token: null, headers: huge, body: '' }, 401],
    ['401 before 415', { token: null, body: 'x', headers: { 'content-type': 'text/plain' } }, 401],
    ['401 before 400', { token: null, body: '{', headers: { 'content-type': 'application/json' } }, 401],
    ['413 before 415', { body: 'x'.repeat(3_000), headers: { 'content-type': 'text/plain' } }, 413],
    ['413 before 400', { body: '{'.repeat(3_000), headers: { 'content-type': 'application/json' } }, 413],
    ['415 before 400', { body: '{', headers: { 'content-type': 'text/plain' } }, 415],
    ['400 before model_not_found', { body: { model: 'no-such-model', messages: [] } }, 400],
    ['model_not_found last', { body: { model: 'no-such-model', messages: [{ role: 'user', content: 'x' }] } }, 404],
  ])('%s', async (_rule, ask, status) => {
    expect(await call(proxy.origin, ask)).toMatchObject({ status })
  })
})

describe('every route', () => {
  test.each(OPERATIONS)('$method $path asks for a token unless the contract leaves it open', async ({ method, samplePath, isOpen }) => {
    const ask: Ask = { method, path: samplePath, token: null, ...(method === 'POST' ? { body: {} } : {}) }
    expect((await call(proxy.origin, ask)).status).toBe(isOpen ? 200 : 401)
    expect((await call(proxy.origin, { ...ask, token: 'wrong' })).status).toBe(isOpen ? 200 : 401)
  })

  test('of the app is an operation of the contract, its HEAD, or the preflight', async () => {
    const bare = await startApp({})
    const routes = bare.app.fastify.printRoutes({ commonPrefix: false })
    await bare.close()
    const found = new Set(routesIn(routes))
    const expected = OPERATIONS.flatMap(({ method, path }) => {
      const url = toRouteUrl(path)
      return method === 'GET' ? [`GET ${url}`, `HEAD ${url}`] : [`${method} ${url}`]
    })
    expect(found).toEqual(new Set([...expected, 'OPTIONS *']))
  })
})

/** Parses the routes in the tree that `printRoutes()` of Fastify draws, four columns per level. */
function routesIn(picture: string): string[] {
  const parents: string[] = []
  return picture.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (.+?)(?: \((.+)\))?$/.exec(line)
    if (match === null) return []
    const level = (match[1] ?? '').length / 4
    parents.length = level
    parents[level] = match[2] ?? ''
    return (match[3] ?? '').split(', ').flatMap((method) => (method === '' ? [] : [`${method} ${parents.join('')}`]))
  })
}
