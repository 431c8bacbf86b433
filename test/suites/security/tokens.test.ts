import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ConfigError, loadConfig } from '../../../src/config/load.js'
import { makeAuthenticate } from '../../../src/http/hooks/auth.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { ask, head } from './raw.js'

const OTHER = 'token-of-bob-77'
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: `${TOKEN}, bob:${OTHER}, :nameless-token-5` })
})
afterAll(() => proxy.close())

/** Sends an `Authorization` header byte for byte. @returns the status of the response */
const statusFor = async (value: string): Promise<number> =>
  (await ask(proxy.origin, head('GET /v1/models', 'host: x', 'connection: close', `authorization: ${value}`))).status

const utf8 = (text: string): string => Buffer.from(text).toString('latin1')

describe('manipulated tokens', () => {
  test.each([TOKEN, OTHER, 'nameless-token-5'])('the token %s itself is accepted', async (token) => {
    expect(await statusFor(`Bearer ${token}`)).toBe(200)
  })

  test.each<[string, string]>([
    ['nothing', ''],
    ['an empty token', 'Bearer '],
    ['a prefix', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the first character', `Bearer ${TOKEN[0]}`],
    ['the token without its first character', `Bearer ${TOKEN.slice(1)}`],
    ['the token with a suffix', `Bearer ${TOKEN}x`],
    ['the token with a prefix', `Bearer x${TOKEN}`],
    ['itself twice', `Bearer ${TOKEN}${TOKEN}`],
    ['other case', `Bearer ${TOKEN.toUpperCase()}`],
    ['two tokens, separated by a space', `Bearer ${TOKEN} ${OTHER}`],
    ['two tokens, separated by a comma', `Bearer ${TOKEN}, ${OTHER}`],
    ['the value of AUTH_TOKEN', `Bearer ${TOKEN}, bob:${OTHER}`],
    ['two schemes', `Bearer Bearer ${TOKEN}`],
    ['two credentials in one header', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ['a token with its name', `Bearer bob:${OTHER}`],
    ['a token with an empty name', `Bearer :${'nameless-token-5'}`],
    ['only a name', 'Bearer bob'],
    ['quotes', `Bearer "${TOKEN}"`],
    ['a parameter', `Bearer token=${TOKEN}`],
    ['a tab instead of the space', `Bearer\t${TOKEN}`],
    ['a tab inside', `Bearer ${TOKEN.slice(0, 4)}\t${TOKEN.slice(4)}`],
    ['a trailing no-break space', `Bearer ${TOKEN}\xa0`],
    ['a no-break space before the scheme', `\xa0Bearer ${TOKEN}`],
    ['a no-break space instead of the space', `Bearer\xa0${TOKEN}`],
    ['a byte order mark', utf8(`Bearer \ufeff${TOKEN}`)],
    ['a zero-width space', utf8(`Bearer ${TOKEN}\u200b`)],
    ['a vertical tab', `Bearer ${TOKEN}\x0b`],
    ['full-width letters', utf8(`Bearer ${TOKEN.replace('t', 'ｔ')}`)],
    ['Cyrillic letters', utf8(`Bearer ${TOKEN.replace('e', 'е')}`)],
    ['a combining accent', utf8(`Bearer ${TOKEN}\u0301`)],
    ['percent-encoding', `Bearer ${TOKEN.replace('t', '%74')}`],
    ['base64', `Bearer ${Buffer.from(TOKEN).toString('base64')}`],
    ['its hash', `Bearer ${crypto.createHash('sha256').update(TOKEN).digest('hex')}`],
    ['a trailing NUL', `Bearer ${TOKEN}\0`],
    ['NUL within', `Bearer ${TOKEN.slice(0, 4)}\0${TOKEN.slice(4)}`],
    ['a trailing DEL', `Bearer ${TOKEN}\x7f`],
    ['the token as Basic', `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`],
    ['the texts null and undefined', 'Bearer null undefined'],
    ['a name of Object.prototype', 'Bearer __proto__'],
    ['another name of Object.prototype', 'Bearer toString'],
    ['eight thousand characters', `Bearer ${'x'.repeat(8_000)}`],
    ['an SQL injection', "Bearer ' OR '1'='1"],
  ])('%s authorizes no request', async (_what, value) => {
    expect([400, 401]).toContain(await statusFor(value))
  })

  test.each(['x-api-key', 'api-key', 'x-goog-api-key', 'cookie', 'proxy-authorization', 'x-authorization', 'authorization-bearer'])(
    'the token in %s authorizes no request',
    async (name) => {
      const value = name === 'cookie' ? `authorization=Bearer ${TOKEN}; token=${TOKEN}` : `Bearer ${TOKEN}`
      expect((await ask(proxy.origin, head('GET /v1/models', 'host: x', 'connection: close', `${name}: ${value}`))).status).toBe(401)
    },
  )
})

describe('token headers of other APIs', () => {
  const statusOf = async (path: string, ...headers: string[]): Promise<number> =>
    (await ask(proxy.origin, head(`GET ${path}`, 'host: x', 'connection: close', ...headers))).status

  test.each(['x-api-key', 'x-goog-api-key', 'X-API-Key'])('%s with the exact token is accepted, and nothing similar', async (name) => {
    for (const token of [TOKEN, OTHER, 'nameless-token-5']) expect(await statusOf('/v1/models', `${name}: ${token}`)).toBe(200)
    for (const value of ['', TOKEN.slice(1), `${TOKEN}x`, TOKEN.toUpperCase(), `${TOKEN},${OTHER}`, `"${TOKEN}"`, `bob:${OTHER}`, 'bob'])
      expect(await statusOf('/v1/models', `${name}: ${value}`)).toBe(401)
  })

  test('two lines of one header are not accepted as two tokens', async () => {
    expect(await statusOf('/v1/models', 'x-api-key: wrong', `x-api-key: ${TOKEN}`)).toBe(401)
  })

  test.each([
    ['the first', `authorization: Bearer ${TOKEN}`, 'x-api-key: wrong', 'x-goog-api-key: wrong'],
    ['the second', 'authorization: Bearer wrong', `x-api-key: ${TOKEN}`, 'x-goog-api-key: wrong'],
    ['the last', 'authorization: Bearer wrong', 'x-api-key: wrong', `x-goog-api-key: ${TOKEN}`],
    ['a valid one beside another scheme', 'authorization: Basic eDp5', `x-api-key: ${TOKEN}`, 'x-goog-api-key: '],
  ])('one valid header is sufficient: %s', async (_which, ...headers) => {
    expect(await statusOf('/v1/models', ...headers)).toBe(200)
  })

  test('several wrong headers are refused as invalid', async () => {
    const wrong = ['authorization: Bearer wrong', 'x-api-key: wrong', 'x-goog-api-key: wrong']
    const answer = await ask(proxy.origin, head('GET /v1/models', 'host: x', 'connection: close', ...wrong))
    expect(answer.status).toBe(401)
    expect(JSON.stringify(answer)).toContain('invalid_api_key')
  })

  test.each(['/metrics', '/console/api/status'])('%s accepts the operator token as a bearer token only', async (path) => {
    const own = await startProxy({ METRICS_TOKEN: 'scraper', ADMIN_TOKEN: 'admin-canary' })
    for (const name of ['x-api-key', 'x-goog-api-key'])
      for (const token of ['scraper', 'admin-canary', TOKEN]) {
        const answer = await ask(own.origin, head(`GET ${path}`, 'host: x', 'connection: close', `${name}: ${token}`))
        expect(answer.status).toBe(401)
      }
    await own.close()
  })

  test.each(['/v1/models', '/v1/chat/completions', '/v1/models/gemini-3.5-flash'])(
    'the query parameter `key` is not accepted for %s, which is not an API of Google',
    async (path) => {
      expect([401, 405]).toContain(await statusOf(`${path}?key=${TOKEN}`))
    },
  )
})

describe('a token', () => {
  test.each([
    ['authorization', `Bearer ${TOKEN}`],
    ['x-api-key', TOKEN],
    ['x-goog-api-key', TOKEN],
  ])('in %s is neither logged nor sent to Gemini, nor is a second one beside it', async (name, value) => {
    const own = await startProxy({ LOG_LEVEL: 'trace' })
    const others = { authorization: 'Bearer other-canary', 'x-api-key': 'other-canary', 'x-goog-api-key': 'other-canary' }
    for (const stream of [false, true]) {
      const response = await fetch(`${own.origin}/v1/chat/completions?key=query-canary`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...others, [name]: value },
        body: JSON.stringify({ model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'Hi' }], stream }),
      })
      expect(response.status).toBe(200)
      expect(await response.text()).not.toMatch(new RegExp(`${TOKEN}|-canary`))
    }
    await own.drain()
    const sent = JSON.stringify(own.simulator.requests.map(({ headers, path }) => ({ headers, path })))
    expect(own.simulator.requests).toHaveLength(2)
    for (const text of [sent, JSON.stringify(own.logs)]) expect(text).not.toMatch(new RegExp(`${TOKEN}|(other|query)-canary`))
    await own.close()
  })
})

describe('the values of AUTH_TOKEN', () => {
  const load = (AUTH_TOKEN: string) => loadConfig({ GEMINI_API_KEY: 'k', AUTH_TOKEN })

  test.each([
    ',',
    ' , ,, ',
    'alice:',
    'a,bob:',
    'changeme',
    'alice:changeme',
    'sk-123456',
    'two words',
    'tökén',
    'a\u0000b',
    'a\tb',
    'a\nb',
  ])('%j is refused at startup, as it would authorize unintended callers', (text) => {
    expect(() => load(text)).toThrow(ConfigError)
  })

  test('empty entries between tokens are ignored', () => {
    expect(load('a1,, ,b1,').authTokens?.map(({ token }) => token.reveal())).toEqual(['a1', 'b1'])
  })
})

describe('the comparison of tokens', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })

  test.each([TOKEN, OTHER, 'wrong', ''.padEnd(5_000, 'x')])('of %.20s takes the same steps for any token, valid or not', (token) => {
    const compare = vi.spyOn(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    const authenticate = makeAuthenticate(loadConfig({ GEMINI_API_KEY: 'k', AUTH_TOKEN: `${TOKEN},${OTHER},third-token` }))
    try {
      authenticate('bearerAuth', { bearer: token, keys: [] }, () => '127.0.0.1')
    } catch {
      // Most of these tokens are rejected with an error, which does not matter: the test examines
      // only how the tokens are compared.
    }
    expect(compare.mock.calls.map(([one, other]) => [one.byteLength, other.byteLength])).toEqual([
      [32, 32],
      [32, 32],
      [32, 32],
    ])
  })

  test.each([
    [TOKEN, 'wrong'],
    ['wrong', TOKEN],
    ['wrong', 'wrong too'],
  ])('of two, %s and %s, takes the same steps for each', (...keys) => {
    const compare = vi.spyOn(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    const authenticate = makeAuthenticate(loadConfig({ GEMINI_API_KEY: 'k', AUTH_TOKEN: `${TOKEN},${OTHER}` }))
    try {
      authenticate('bearerAuth', { bearer: undefined, keys }, () => '127.0.0.1')
    } catch {
      // These keys may be rejected with an error, which does not matter: the test counts only the
      // comparisons.
    }
    expect(compare).toHaveBeenCalledTimes(4)
  })
})
