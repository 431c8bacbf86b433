import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, call, failure, OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { ADMIN_TOKEN, ask, DATA_PATHS } from './console.js'

const DATA = OPERATIONS.filter(({ path }) => path.startsWith('/console/api/'))
const STATUS = '/console/api/status'
let proxy: RunningProxy
let closed: RunningProxy
let open: RunningProxy

beforeAll(async () => {
  proxy = await startProxy({ ADMIN_TOKEN })
  closed = await startProxy()
  open = await startProxy({ AUTH_TOKEN: '', ADMIN_TOKEN })
})
afterAll(() => Promise.all([proxy.close(), closed.close(), open.close()]))

const messageOf = ({ json }: Answer): string => (json as { error: { message: string } }).error.message

describe.each(DATA)('$method $path', ({ method, samplePath: path }) => {
  test('needs the admin token, with each method it supports', async () => {
    for (const each of method === 'GET' ? ['GET', 'HEAD'] : [method])
      for (const [token, status] of [
        [null, 401],
        ['wrong', 401],
        [TOKEN, 401],
        [`${ADMIN_TOKEN}x`, 401],
        [ADMIN_TOKEN.slice(0, -1), 401],
        [ADMIN_TOKEN.toUpperCase(), 401],
        [`admin:${ADMIN_TOKEN}`, 401],
      ] as const)
        expect([token, (await call(proxy.origin, { method: each, path, token })).status]).toEqual([token, status])
    expect((await ask(proxy.origin, path, { method })).status).toBe(200)
  })

  test('needs the admin token even if the API needs no token', async () => {
    expect((await call(open.origin, { method, path, token: null })).status).toBe(401)
    expect((await call(open.origin, { method, path, token: 'whatever' })).status).toBe(401)
  })

  test('is 401 without ADMIN_TOKEN, and the message names the setting', async () => {
    for (const [token, code] of [
      [null, null],
      [TOKEN, 'invalid_api_key'],
      ['', null],
      ['undefined', 'invalid_api_key'],
    ] as const) {
      const answer = await call(closed.origin, { method, path, token })
      expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' } })
      expect(answer.json).toEqual(failure(code))
      expect(messageOf(answer)).toContain('ADMIN_TOKEN is not set')
    }
  })

  test('cannot be read by pages of other origins, and is not cached', async () => {
    const headers = { origin: 'https://evil.example' }
    for (const token of [ADMIN_TOKEN, null]) {
      const answer = await call(proxy.origin, { method, path, token, headers })
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(answer.headers['cache-control']).toBe('no-store')
    }
    for (const each of [path, path.replace('console', '%63onsole')]) {
      const preflight = { 'access-control-request-method': method, 'access-control-request-headers': 'authorization' }
      const answer = await call(proxy.origin, { method: 'OPTIONS', path: each, token: null, headers: { ...headers, ...preflight } })
      expect(answer).toMatchObject({ status: 204, text: '' })
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  test('accepts the token in the Authorization header only', async () => {
    for (const name of ['token', 'key', 'access_token', 'admin_token'])
      expect((await call(proxy.origin, { method, path: `${path}?${name}=${ADMIN_TOKEN}`, token: null })).status).toBe(401)
    for (const name of ['x-api-key', 'x-admin-token', 'cookie', 'proxy-authorization'])
      expect((await call(proxy.origin, { method, path, token: null, headers: { [name]: ADMIN_TOKEN } })).status).toBe(401)
  })
})

test('the message of a 401 names the required token', async () => {
  expect(messageOf(await call(proxy.origin, { path: STATUS, token: null }))).toContain('ADMIN_TOKEN')
  expect(messageOf(await call(proxy.origin, { path: STATUS }))).toContain('ADMIN_TOKEN')
})

test('the admin token gives no access to the API or the metrics', async () => {
  for (const { method, samplePath: path, isOpen } of OPERATIONS.filter((each) => !DATA.includes(each) && !each.isOpen)) {
    const answer = await ask(proxy.origin, path, { method, ...(method === 'POST' ? { body: {} } : {}) })
    expect([path, isOpen, answer.status]).toEqual([path, false, 401])
  }
})

test.each(['admin-token-that-is-shared', 'x'])('ADMIN_TOKEN cannot be a token of AUTH_TOKEN: %s', async (token) => {
  const starting = startProxy({ AUTH_TOKEN: `team-a:other,team-b:${token}`, ADMIN_TOKEN: token })
  await expect(starting).rejects.toThrow(/ADMIN_TOKEN is also a token of AUTH_TOKEN/)
})

test.each(['changeme', 'two words', 'naïve'])('a well-known token, or one that cannot be sent, is rejected: %s', async (token) => {
  await expect(startProxy({ ADMIN_TOKEN: token })).rejects.toThrow(/ADMIN_TOKEN contains/)
})

describe('wrong admin tokens', () => {
  const guess = (origin: string, token: string, from?: string): Promise<Answer> =>
    call(origin, { path: STATUS, token, headers: from === undefined ? {} : { 'x-forwarded-for': from } })

  test('are limited: after 20 in a minute, even the right one is rejected', async () => {
    const own = await startProxy({ ADMIN_TOKEN })
    try {
      const statuses: number[] = []
      for (let each = 0; each < 25; each += 1) statuses.push((await guess(own.origin, `guess-${each}`)).status)
      expect(statuses).toEqual([...Array(20).fill(401), ...Array(5).fill(429)])
      const refused = await guess(own.origin, ADMIN_TOKEN)
      expect(refused.json).toEqual(failure('rate_limit_exceeded', null, 'rate_limit_exceeded'))
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
      // The limit on wrong admin tokens does not apply to the API, which this client can still use.
      expect((await call(own.origin, { path: '/v1/models' })).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  test('that are always the same, such as an outdated setting, do not lock out the right one', async () => {
    const own = await startProxy({ ADMIN_TOKEN })
    try {
      for (let each = 0; each < 40; each += 1) expect((await guess(own.origin, 'old-token')).status).toBe(401)
      for (let each = 0; each < 40; each += 1) expect((await call(own.origin, { path: STATUS, token: null })).status).toBe(401)
      expect((await guess(own.origin, ADMIN_TOKEN)).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  test.each([
    ['IPv4 addresses', '203.0.113.7', '203.0.113.8'],
    ['IPv6 networks', '2001:db8:1:2::7', '2001:db8:1:3::7'],
  ])('are counted per client behind the gateway: %s', async (_what, bad, good) => {
    const own = await startProxy({ ADMIN_TOKEN, FC_FUNCTION_NAME: 'f' })
    try {
      for (let each = 0; each < 21; each += 1) await guess(own.origin, `guess-${each}`, `9.9.9.9, ${bad}`)
      expect((await guess(own.origin, ADMIN_TOKEN, `9.9.9.9, ${bad}`)).status).toBe(429)
      expect((await guess(own.origin, ADMIN_TOKEN, `${bad}, ${good}`)).status).toBe(200)
      if (bad.includes(':')) expect((await guess(own.origin, ADMIN_TOKEN, '2001:db8:1:2:ffff::1')).status).toBe(429)
    } finally {
      await own.close()
    }
  })
})

test('every data path is tested here', () => {
  expect(DATA.filter(({ method }) => method === 'GET').map(({ path }) => path)).toEqual(DATA_PATHS)
})
