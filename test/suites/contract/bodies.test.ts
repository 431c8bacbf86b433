import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ask, call, chat, failure, OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'

const LIMIT = 4_096
const JSON_TYPE = { 'content-type': 'application/json' }
let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy({ BODY_LIMIT_BYTES: String(LIMIT) })
})
afterAll(() => proxy.close())

const VALID = JSON.stringify(chat('hello'))
const padded = (bytes: number): string => `${VALID.slice(0, -1)},"pad":"${'x'.repeat(bytes - VALID.length - 9)}"}`
const nested = (depth: number): string => `${VALID.slice(0, -1)},"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`

describe('a body', () => {
  test.each([
    ['truncated', VALID.slice(0, -1)],
    ['words', 'hello'],
    ['single quotes', "{'model':'m'}"],
    ['a trailing comma', '{"model":"m",}'],
    ['a comment', '{/* hi */}'],
    ['NaN', '{"temperature":NaN}'],
    ['two documents', '{}{}'],
    ['a control character', '{"model":"a\u0001"}'],
    ['spaces only', '   '],
  ])('that is not JSON is 400 invalid_json: %s', async (_what, body) => {
    const answer = await call(proxy.origin, { body, headers: JSON_TYPE })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure('invalid_json'))
  })

  test.each<[string, Ask, string]>([
    ['with a content type', { method: 'POST', headers: { ...JSON_TYPE, 'content-length': '0' } }, 'missing'],
    ['without a content type', { method: 'POST', headers: { 'content-length': '0' } }, 'missing'],
    ['without a length', { method: 'POST' }, 'missing'],
  ])('that is empty is 400 with an explanation: %s', async (_what, ask) => {
    const answer = await call(proxy.origin, ask)
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure(expect.stringMatching(/^(invalid_json|missing_required_parameter)$/) as unknown as string))
  })

  test.each([
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"hello"'],
    ['a boolean', 'true'],
    ['an array', '[]'],
    ['an array of a request', `[${VALID}]`],
  ])('that is JSON but not an object is 400: %s', async (_what, body) => {
    const answer = await call(proxy.origin, { body, headers: JSON_TYPE })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual(failure('invalid_type'))
  })

  test.each([
    ['none', undefined],
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['a multipart form', 'multipart/form-data; boundary=x'],
    ['XML', 'application/xml'],
    ['bytes', 'application/octet-stream'],
    ['an invalid type', 'nonsense'],
    ['a type with the suffix +json', 'application/vnd.api+json'],
  ])('with another content type is 415: %s', async (_what, type) => {
    const answer = await call(proxy.origin, { body: VALID, headers: type === undefined ? {} : { 'content-type': type } })
    expect(answer.status).toBe(415)
    expect(answer.json).toEqual(failure('unsupported_media_type'))
  })

  test.each(['gzip', 'br', 'deflate', 'GZIP', 'zstd', 'gzip, identity'])(
    'that is compressed is 415 with a reason: %s',
    async (encoding) => {
      for (const [path, body] of [
        ['/v1/chat/completions', gzipSync(VALID)],
        ['/v1/responses', gzipSync('{}')],
        ['/v1/embeddings', VALID],
      ] as const) {
        const answer = await call(proxy.origin, { path, body, headers: { ...JSON_TYPE, 'content-encoding': encoding } })
        expect(answer.status).toBe(415)
        expect(answer.json).toMatchObject({
          error: { code: 'unsupported_media_type', message: expect.stringContaining('Content-Encoding') },
        })
      }
    },
  )

  test.each(['identity', 'Identity', ''])('may have the Content-Encoding %j', async (encoding) => {
    const answer = await call(proxy.origin, { body: VALID, headers: { ...JSON_TYPE, 'content-encoding': encoding } })
    expect(answer.status).toBe(200)
  })

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8', 'application/json; foo=bar'])(
    'of the type %s is JSON',
    async (type) => {
      expect(await call(proxy.origin, { body: VALID, headers: { 'content-type': type } })).toMatchObject({ status: 200 })
    },
  )

  test.each([
    ['as large as the limit', padded(LIMIT), 200],
    ['one byte larger', padded(LIMIT + 1), 413],
  ])('%s', async (_what, body, status) => {
    expect(Buffer.byteLength(body)).toBeGreaterThanOrEqual(LIMIT)
    expect(await call(proxy.origin, { body, headers: JSON_TYPE })).toMatchObject({ status })
  })

  test('is limited in bytes, not in characters', async () => {
    const body = JSON.stringify(chat('世'.repeat(LIMIT / 2)))
    expect(body.length).toBeLessThan(LIMIT)
    expect(await call(proxy.origin, { body, headers: JSON_TYPE })).toMatchObject({ status: 413 })
  })

  test('that is nested deeply is not an internal error', async () => {
    expect(await call(proxy.origin, { body: nested(900), headers: JSON_TYPE })).toMatchObject({ status: 200 })
    expect(await call(proxy.origin, { body: nested(1_900), headers: JSON_TYPE })).toMatchObject({ status: 400 })
  })

  test('may begin with a byte order mark', async () => {
    expect([200, 400]).toContain((await call(proxy.origin, { body: `\uFEFF${VALID}`, headers: JSON_TYPE })).status)
  })

  test.each([
    ['__proto__', '"__proto__":{"polluted":true}'],
    ['constructor', '"constructor":{"prototype":{"polluted":true}}'],
    ['both, nested', '"metadata":{"__proto__":"x","constructor":"y"},"x":{"__proto__":{"polluted":true}}'],
    ['an escaped __proto__', '"\\u005f_proto__":{"polluted":true}'],
  ])('with the key %s is accepted, and the key is removed', async (_what, member) => {
    const answer = await call(proxy.origin, { body: `${VALID.slice(0, -1)},${member}}`, headers: JSON_TYPE })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).not.toContain('polluted')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('of a GET is not read', async () => {
    expect(await call(proxy.origin, { method: 'GET', path: '/v1/models', body: '{', headers: JSON_TYPE })).toMatchObject({ status: 200 })
  })

  test.each([
    ['text', { 'content-type': 'text/plain' }, 'x'],
    ['broken JSON', JSON_TYPE, '{'],
    ['more than the limit', JSON_TYPE, padded(LIMIT + 1)],
    ['bytes without a type', {}, 'x'],
  ])('of a DELETE is ignored: %s', async (_what, headers, body) => {
    const path = OPERATIONS.find(({ method }) => method === 'DELETE')?.samplePath ?? ''
    expect((await call(proxy.origin, { method: 'DELETE', path, body, headers })).status).toBe(404)
  })

  test.each(['/health', '/health/live', '/v1/models', '/openapi.json'])('of a GET may have any Content-Length: %s', async (path) => {
    const huge = { ...JSON_TYPE, 'content-length': '5000' }
    expect(await call(proxy.origin, { method: 'GET', path, body: 'x'.repeat(5_000), headers: huge })).toMatchObject({ status: 200 })
  })
})

describe('numbers and texts', () => {
  test('of any script reach the model unchanged', async () => {
    const text = '世界 😀 e\u0301 \u0000 \\ " \u2028 end'
    const answer = await call(proxy.origin, { body: chat(text) })
    expect(answer.status).toBe(200)
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ messages: [{ role: 'user', content: text }] })
  })
})
