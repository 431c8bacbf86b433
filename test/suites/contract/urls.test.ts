import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MISSING_ENDPOINTS } from '../../../src/http/dispatch/missingEndpoints.js'
import { eventually } from '../../support/calls.js'
import { type Ask, call, chat, failure, makeExpectedError, OPERATIONS } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy, TOKEN } from '../../support/proxy.js'
import { exchangeText } from './socket.js'

let proxy: RunningProxy

beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

describe('an unknown URL', () => {
  test.each([
    '/v1',
    '/v1/',
    '/v1/edits',
    '/chat/completions',
    '//v1/models',
    '/v1//models',
    '/v1/models/gemini-3.5-flash/extra',
    '/V1/models',
    '/v1/Models',
    '/v1/models;x=1',
    '/v1/models%2F',
    '/v1/./models',
    '/v1/%2e%2e/v1/models',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/v1/models/%zz',
    '/v1/%',
    '/%E0%A4%A',
    '/%00',
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
  ])('that is very long is a 404 in the OpenAI format: %s', async (_what, path, code, param) => {
    const answer = await call(proxy.origin, { path })
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure(code, param))
    expect(answer.text.length).toBeLessThan(500)
  })

  test('is not repeated in the response', async () => {
    const answer = await call(proxy.origin, { path: '/canary-in-the-path?canary=1', headers: { 'x-canary': 'canary' } })
    expect(JSON.stringify(answer)).not.toContain('canary')
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'])('is 404 for %s as well, with any body', async (method) => {
    const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { body: '{', headers: { 'content-type': 'text/plain' } } : {}
    const answer = await call(proxy.origin, { method, path: '/nowhere', token: null, ...body })
    expect(answer.status).toBe(404)
    expect(answer.json).toEqual(failure('unknown_url'))
  })

  test.each(['/v1/models/%zz', '/nowhere'])('is 404 without a body for HEAD: %s', async (path) => {
    expect(await call(proxy.origin, { method: 'HEAD', path, token: null })).toMatchObject({ status: 404, text: '' })
  })
})

describe('the message for an unknown URL', () => {
  const messageOf = async (ask: Ask): Promise<string> => {
    const { status, json } = await call(proxy.origin, { token: null, ...ask })
    expect([status, json]).toEqual([404, failure('unknown_url')])
    return (json as { error: { message: string } }).error.message
  }

  test.each([
    ['/chat/completions', '/v1/chat/completions'],
    ['/v1/v1/chat/completions', '/v1/chat/completions'],
    ['/v1//chat/completions', '/v1/chat/completions'],
    ['/api/v1/chat/completions/', '/v1/chat/completions'],
    ['/openai/deployments/canary/chat/completions', '/v1/chat/completions'],
    ['/v1beta/openai/chat/completions', '/v1/chat/completions'],
    ['/models', '/v1/models'],
    ['/V1/MODELS', '/v1/models'],
    ['/models/gemini-3.8-flash', '/v1/models/{model}'],
    ['/v1/chat/completion', '/v1/chat/completions'],
    ['/v1/embedding', '/v1/embeddings'],
    ['/v1/docs', '/docs'],
    ['/v1/health', '/health'],
    ['/healthz', '/health'],
    ['/livez', '/health/live'],
    ['/v1/../metrics', '/metrics'],
  ])('%s names %s', async (path, meant) => {
    for (const method of ['GET', 'POST']) {
      const message = await messageOf({ method, path })
      expect(message).toMatch(new RegExp(`(?:Use|Did you mean) ${meant.replace(/[{}]/g, '\\$&')}[.:?]`))
      expect(message).not.toContain('canary')
    }
  })

  test.each([
    ['/v1/v1beta/models/canary:generateContent', '/v1beta/models/{model}:generateContent', 'Google'],
    ['/v1beta/v1beta/models/canary:streamGenerateContent', '/v1beta/models/{model}:streamGenerateContent', 'Google'],
    ['/v1beta/v1/models/canary:countTokens', '/v1beta/models/{model}:countTokens', 'Google'],
    ['/v1beta1/models/canary:generateContent', '/v1beta/models/{model}:generateContent', 'Google'],
    ['/models/canary:embedContent', '/v1beta/models/{model}:embedContent', 'Google'],
    ['/v1beta/v1beta/interactions', '/v1beta/interactions', 'Google'],
    ['/v1beta/v1/messages', '/v1/messages', 'Anthropic'],
    ['/v1beta/v1/chat/completions', '/v1/chat/completions', 'OpenAI'],
  ])('%s names %s and the base URL for clients of %s', async (path, meant, api) => {
    const { status, text } = await call(proxy.origin, { method: 'POST', path, token: null })
    expect([status, text]).toEqual([
      404,
      expect.stringContaining(`This URL does not exist. Use ${meant}: the base URL for ${api} clients is`),
    ])
    expect(text).not.toContain('canary')
  })

  test('does not mention a base URL that is right', async () => {
    for (const path of ['/v1/unknown', '/v1/models/gemini-3.5-flash/extra', '/v1/edits', '/v1/uploads'])
      expect(await messageOf({ path })).not.toMatch(/base URL/)
  })
})

/** Returns the API to which an unknown path belongs: the API determines the format of the 404. */
const protocolAt = (path: string): 'openai' | 'anthropic' | 'google' => {
  if (path.startsWith('/v1/messages')) return 'anthropic'
  return path.startsWith('/v1beta') || path.endsWith(':predict') ? 'google' : 'openai'
}

describe('an endpoint that is not offered', () => {
  const cases = MISSING_ENDPOINTS.flatMap(({ name, paths }) =>
    paths.map((path) => [path.replace('{method}', 'predict').replace(/\{\w+\}/g, 'x_1'), name, path] as const),
  )

  test.each(cases)('%s is 404 with a message about %s', async (path, name, template) => {
    for (const method of ['GET', 'POST', 'DELETE'])
      for (const asked of [path, `${path}/`, `${path}?beta=true`]) {
        const { status, json } = await call(proxy.origin, { method, path: asked, token: null })
        expect([status, json]).toEqual([404, makeExpectedError(protocolAt(path), 404, 'unknown_url')])
        expect(JSON.stringify(json)).toContain(`This proxy does not offer ${name}.`)
      }
    await eventually(() => expect(proxy.logs.map((line) => line.path)).toContain(template))
  })

  test.each([
    ['/v1/threads/thread_1/runs/run_1/steps', 'the Assistants API'],
    ['/v1/fine_tuning/checkpoints/ft:x/permissions', 'fine-tuning'],
    ['/v1/organization/usage/completions', 'administration and billing'],
    ['/v1beta/models/gemini-3.8-flash:predictLongRunning', 'the batch and prediction methods of models'],
    ['/v1beta/tunedModels/mine:generateContent', "the rest of Google's API"],
    ['/v1beta/files/file_1:download?alt=media', "Google's file storage"],
    ['/images/variations', 'variations of images'],
    ['/v1/v1/uploads', 'uploads in parts'],
    ['/anthropic/v1/messages/batches', 'batches of messages'],
  ])('is also recognized in subpaths and after a wrong base URL: %s', async (path, name) => {
    const { status, text } = await call(proxy.origin, { method: 'POST', path, token: null })
    expect(status).toBe(404)
    expect(text).toContain(`This proxy does not offer ${name}.`)
  })

  test('is not in the contract', () => {
    const offered = new Set(OPERATIONS.map(({ path }) => path))
    expect(MISSING_ENDPOINTS.flatMap(({ paths }) => paths).filter((path) => offered.has(path))).toEqual([])
  })

  test('is not confused with an id', async () => {
    expect((await call(proxy.origin, { path: '/v1/responses/resp_1' })).json).toEqual(failure('response_not_found'))
    expect((await call(proxy.origin, { path: '/v1/models/llama3:8b' })).json).toEqual(failure('model_not_found', 'model'))
  })
})

describe('a trailing slash', () => {
  // Without /docs and /console, which redirect to a URL of their own: their links are relative to
  // it.
  const served = OPERATIONS.filter(({ path }) => path !== '/docs' && path !== '/console')
  test.each(served)('makes no difference for $method $path', async ({ method, path, samplePath, sampleBody }) => {
    const ask = { method, ...(sampleBody === undefined ? {} : { body: sampleBody }) }
    const plain = await call(proxy.origin, { ...ask, path: samplePath })
    for (const end of path === '/' ? ['/', '//?x=1'] : ['/', '//', '/?x=1']) {
      const answer = await call(proxy.origin, { ...ask, path: `${samplePath}${end}` })
      expect([answer.status, answer.headers['content-type']]).toEqual([plain.status, plain.headers['content-type']])
    }
  })

  test('also works after a model with the prefix `models/`, and before 401 and 405', async () => {
    expect((await call(proxy.origin, { path: '/v1/models/models/gemini-3.5-flash/' })).json).toMatchObject({ id: 'gemini-3.5-flash' })
    expect((await call(proxy.origin, { path: '/v1/models/', token: null })).status).toBe(401)
    expect((await call(proxy.origin, { path: '/v1/chat/completions/' })).headers.allow).toBe('OPTIONS, POST')
  })
})

describe('the log line of a request without an operation', () => {
  test.each([
    ['GET', '/v1/chat/completions', '/v1/chat/completions'],
    ['POST', '/v1/models/gemini-canary', '/v1/models/{model}'],
    ['PUT', '/v1/responses/resp_canary/', '/v1/responses/{response_id}'],
    ['POST', '/chat/completions?key=canary', '/chat/completions'],
    ['POST', '/v1/v1/embeddings', '/v1/v1/embeddings'],
    ['POST', '/canary/v1/embeddings', '/*/v1/embeddings'],
    ['POST', '/openai/deployments/canary/chat/completions', '/*/chat/completions'],
    ['GET', '/v1/uploads/canary/parts', '/v1/uploads/{upload_id}/parts'],
    ['GET', '/v1/uploads/canary/parts/canary', '/v1/uploads/{upload_id}/parts/*'],
    ['POST', '/v1beta/models/canary', '/v1beta/models/{model}'],
    ['GET', '/v1/models/canary:countTokens', '/v1beta/models/{model}:countTokens'],
    ['GET', '/wp-admin/canary', '/wp-admin'],
    ['GET', '/v1/canary', '/v1'],
    ['GET', '/canary/x', 'other'],
    ['GET', '/canary%zz', 'other'],
    ['GET', '/constructor', 'other'],
    ['GET', `/v1${'/models'.repeat(500)}`, '/v1'],
  ])('for %s %s has the path %s', async (method, path, logged) => {
    const { headers } = await call(proxy.origin, { method, path, token: null })
    await eventually(() => {
      const line = proxy.logs.find(({ requestId }) => requestId === headers['x-request-id'])
      expect(line).toMatchObject({ path: logged })
      expect(JSON.stringify(line)).not.toContain('canary')
    })
  })

  test('has no path if the request has an operation', async () => {
    const { headers } = await call(proxy.origin, { path: '/v1/models/no-such-model' })
    await eventually(() => {
      const line = proxy.logs.find(({ requestId }) => requestId === headers['x-request-id'])
      expect(line).toMatchObject({ route: '/v1/models/{model}' })
      expect(line).not.toHaveProperty('path')
    })
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
    ['/', 'GET, HEAD, OPTIONS'],
    ['/favicon.ico', 'GET, HEAD, OPTIONS'],
  ])('of %s is 405 with Allow: %s', async (path, allow) => {
    const wrong = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'SEARCH', 'LOCK']
    for (const method of wrong.filter((each) => !allow.split(', ').includes(each))) {
      const answer = await call(proxy.origin, { method, path: `${path}?x=1`, token: null })
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow])
      if (method !== 'HEAD') expect(answer.json).toEqual(failure('method_not_allowed'))
    }
  })

  test.each(['get', 'Get', 'FOO', 'QUERY'])('that the HTTP parser does not know is an error in the OpenAI format: %s', async (method) => {
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
    '/',
    '/favicon.ico',
  ])('of %s is the same as GET, without the body', async (path) => {
    const head = await call(proxy.origin, { method: 'HEAD', path })
    const get = await call(proxy.origin, { path })
    expect(head.status).toBe(200)
    expect(head.text).toBe('')
    expect(head.headers['content-type']).toBe(get.headers['content-type'])
  })

  test('needs the same token as GET', async () => {
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
  ])('that the contract does not define is ignored: %s', async (query) => {
    expect(await call(proxy.origin, { path: `/v1/models${query}` })).toMatchObject({ status: 200 })
    expect(await call(proxy.origin, { path: `/v1/chat/completions${query}`, body: chat('hello') })).toMatchObject({ status: 200 })
  })

  test('may follow a percent-encoded path', async () => {
    expect(await call(proxy.origin, { path: '/v1/mod%65ls?x=%25' })).toMatchObject({ status: 200 })
  })
})

describe('an absolute URL', () => {
  test.each(OPERATIONS)('makes no difference for $method $path', async ({ method, samplePath, sampleBody }) => {
    const ask = { method, ...(sampleBody === undefined ? {} : { body: sampleBody }) }
    const plain = await call(proxy.origin, { ...ask, path: samplePath })
    for (const origin of ['http://api.example.com', 'HTTPS://api.example.com:8443']) {
      const answer = await call(proxy.origin, { ...ask, path: `${origin}${samplePath}` })
      expect([answer.status, answer.headers['content-type']]).toEqual([plain.status, plain.headers['content-type']])
    }
  })

  test.each([
    ['http://api.example.com/v1/models/', 200],
    // 400 because only the native API counts tokens, and this proxy uses the compatible API.
    ['http://api.example.com/v1/models/gemini-3.5-flash:countTokens', 400],
    ['http://api.example.com/v1/models/models/gemini-3.5-flash', 200],
    ['http://api.example.com', 200],
    ['http://api.example.com?x=1', 200],
    ['http://api.example.com/v1/%', 404],
    ['http://api.example.com//v1/models', 404],
    ['ftp://api.example.com/v1/models', 404],
  ])('%s is %i', async (path, status) => {
    const body = path.endsWith('countTokens') ? { method: 'POST', body: { contents: [{ parts: [{ text: 'Hi' }] }] } } : {}
    expect((await call(proxy.origin, { path, ...body })).status).toBe(status)
  })
})
