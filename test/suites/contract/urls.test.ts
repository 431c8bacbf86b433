import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, chat, failure } from '../../support/contractHook.js'
import { type Proxy as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { exchangeText } from './socket.js'

let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

describe('an unknown URL', () => {
  test.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/completions',
    '/chat/completions',
    '/v1/chat/completions/',
    '/v1/models/',
    '//v1/models',
    '/v1//models',
    '/v1/models/gemini-3.5-flash/extra',
    '/V1/models',
    '/v1/Models',
    '/v1/models;x=1',
    '/v1/models%2F',
    '/v1/./models',
    '/v1/%2e%2e/v1/models',
    '/v1/../metrics',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/health/live/',
    '/healthz',
    '/v1/models/%zz',
    '/v1/%',
    '/%E0%A4%A',
    '/%00',
    '/favicon.ico',
    '/.env',
    '/__proto__',
    '/constructor',
  ])('%s is 404 unknown_url, with and without a token', async (path) => {
    for (const token of [TOKEN, null]) {
      const answer = await call(proxy.origin, { path, token })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('unknown_url'))
      expect(answer.text).toContain('/v1')
    }
  })

  test.each([
    ['without a parameter', `/v1/${'x'.repeat(12_000)}`, 'unknown_url', null],
    ['beyond a parameter', `/v1/models/${'x'.repeat(12_000)}/y`, 'unknown_url', null],
    ['within a parameter', `/v1/models/${'x'.repeat(12_000)}`, 'model_not_found', 'model'],
  ])('that is very long is 404 in our form: %s', async (_what, path, code, param) => {
    const answer = await call(proxy.origin, { path })
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure(code, param))
    expect(answer.text.length).toBeLessThan(500)
  })

  test('does not come back in the answer', async () => {
    const answer = await call(proxy.origin, { path: '/canary-in-the-path?canary=1', headers: { 'x-canary': 'canary' } })
    expect(JSON.stringify(answer)).not.toContain('canary')
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'])(
    'is 404 for %s as well, whatever the body',
    async (method) => {
      const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { body: '{', headers: { 'content-type': 'text/plain' } } : {}
      const answer = await call(proxy.origin, { method, path: '/nowhere', token: null, ...body })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('unknown_url'))
    },
  )

  test.each(['/v1/models/%zz', '/nowhere'])('is 404 without a body for HEAD: %s', async (path) => {
    expect(await call(proxy.origin, { method: 'HEAD', path, token: null })).toMatchObject({ status: 404, text: '' })
  })
})

describe('a wrong method', () => {
  test.each([
    ['/v1/chat/completions', 'OPTIONS, POST'],
    ['/v1/models', 'GET, HEAD, OPTIONS'],
    ['/v1/models/gemini-3.5-flash', 'GET, HEAD, OPTIONS'],
    ['/v1/models/models/gemini-3.5-flash', 'GET, HEAD, OPTIONS'],
    ['/health', 'GET, HEAD, OPTIONS'],
    ['/health/live', 'GET, HEAD, OPTIONS'],
    ['/metrics', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
    ['/docs', 'GET, HEAD, OPTIONS'],
    ['/docs/docs.js', 'GET, HEAD, OPTIONS'],
  ])('of %s is 405 with Allow: %s', async (path, allow) => {
    const wrong = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'SEARCH', 'LOCK']
    for (const method of wrong.filter((each) => !allow.split(', ').includes(each))) {
      const answer = await call(proxy.origin, { method, path: `${path}?x=1`, token: null })
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow])
      if (method !== 'HEAD') expect(answer.json).toEqual(failure('method_not_allowed'))
    }
  })

  test.each(['get', 'Get', 'FOO', 'QUERY'])('that the HTTP parser does not know is an error in our form: %s', async (method) => {
    const answer = await exchangeText(proxy.origin, `${method} /v1/models HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect([400, 405]).toContain(answer.status)
    expect(answer.json).toEqual(failure(expect.stringMatching(/^(invalid_value|method_not_allowed)$/) as unknown as string))
    expect(answer.headers['x-request-id']).toBeDefined()
  })
})

describe('HEAD', () => {
  test.each([
    '/v1/models',
    '/v1/models/gemini-3.5-flash',
    '/health',
    '/health/live',
    '/metrics',
    '/openapi.json',
    '/docs',
    '/docs/docs.js',
  ])('of %s is what GET is, without the body', async (path) => {
    const head = await call(proxy.origin, { method: 'HEAD', path })
    const get = await call(proxy.origin, { path })
    expect(head.status).toBe(200)
    expect(head.text).toBe('')
    expect(head.headers['content-type']).toBe(get.headers['content-type'])
  })

  test('asks for the token that GET asks for', async () => {
    expect(await call(proxy.origin, { method: 'HEAD', path: '/v1/models', token: null })).toMatchObject({ status: 401, text: '' })
  })
})

describe('a query', () => {
  test.each([
    '?api-version=2024-10-21',
    '?beta=true',
    '?x=1&x=2',
    '?__proto__=1&constructor=2',
    '?%zz',
    '?=',
    '?',
    '?a[b]=c',
    `?${'x'.repeat(4_000)}`,
  ])('that the contract does not know is passed over: %s', async (query) => {
    expect(await call(proxy.origin, { path: `/v1/models${query}` })).toMatchObject({ status: 200 })
    expect(await call(proxy.origin, { path: `/v1/chat/completions${query}`, body: chat('hello') })).toMatchObject({ status: 200 })
  })

  test('may follow an encoded path', async () => {
    expect(await call(proxy.origin, { path: '/v1/mod%65ls?x=%25' })).toMatchObject({ status: 200 })
  })
})
