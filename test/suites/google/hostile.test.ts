import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { FC_CREDENTIALS, GEMINI_KEY } from '../../support/canaries.js'
import { call, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { ask, MODEL, prompt, reasonOf, startNativeProxy } from './google.js'
import { type RawGemini, startRawGemini } from './rawGemini.js'

const JSON_TYPE = { 'content-type': 'application/json' }
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNativeProxy({ MAX_RETRIES: '0', LOG_LEVEL: 'trace' })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

const sentPaths = (): string[] => proxy.simulator.requests.map(({ path }) => path)

describe('a token', () => {
  test.each([
    ['twice in the query', `key=${TOKEN}&key=${TOKEN}`, 401],
    ['with an encoded name', `%6bey=${TOKEN}`, 200],
    ['with a fragment', `key=${TOKEN}#key=${TOKEN}`, 401],
    ['in capitals', `KEY=${TOKEN}`, 401],
    ['as another query parameter of Google', `access_token=${TOKEN}`, 401],
    ['after an empty one', `key=&key=${TOKEN}`, 401],
    ['with brackets', `key[]=${TOKEN}`, 401],
    ['in a nested query', `a=b?key=${TOKEN}`, 401],
  ])('%s is neither logged nor passed on', async (_how, query, status) => {
    const answer = await ask(proxy, `generateContent?${query}`, prompt('hi'), { token: null })
    expect(answer.status).toBe(status)
    expect(JSON.stringify([proxy.simulator.requests, proxy.logs, answer])).not.toContain(TOKEN)
  })

  test.each([
    ['a wrong x-goog-api-key', { 'x-goog-api-key': 'AIzaSyWrong0000000000000000000000000000', authorization: `Bearer ${TOKEN}` }],
    ['a wrong bearer token', { 'x-goog-api-key': TOKEN, authorization: 'Bearer AIzaSyWrong0000000000000000000000000000' }],
  ])('is sufficient together with a wrong one, and Google gets neither: %s', async (_which, headers) => {
    expect((await ask(proxy, 'generateContent', prompt('hi'), { token: null, headers })).status).toBe(200)
    expect(proxy.simulator.requests[0]?.headers).toMatchObject({ 'x-goog-api-key': GEMINI_KEY })
    expect(proxy.simulator.requests[0]?.headers.authorization).toBeUndefined()
    expect(JSON.stringify([proxy.simulator.requests, proxy.logs])).not.toMatch(/AIzaSyWrong/)
  })

  test('that is wrong everywhere is a 401 that does not repeat any', async () => {
    const headers = { 'x-goog-api-key': 'AIzaSyWrong0000000000000000000000000000', authorization: 'Bearer AIzaSyOther' }
    const answer = await ask(proxy, 'generateContent?key=AIzaSyThird', prompt('hi'), { token: null, headers })
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'INVALID_API_KEY'])
    expect(JSON.stringify([answer, proxy.logs])).not.toMatch(/AIzaSy/)
    expect(proxy.simulator.requests).toEqual([])
  })
})

describe('a model name', () => {
  test.each([
    ['an encoded prefix', 'models%2Fgemini-3.5-flash', 200],
    ['an encoded slash within', 'tunedModels%2Fx', 400],
    ['a path to another resource', '..%2f..%2fv1beta%2fcachedContents', 404],
    ['dots', '%2e%2e', 404],
    ['a query', 'gemini-3.5-flash%3Fkey=x', 400],
    ['a fragment', 'gemini-3.5-flash%23', 400],
    ['another method', 'gemini-3.5-flash%3Apredict', 400],
    ['line breaks', 'gemini%0d%0aHost:%20x', 400],
    ['a null byte', 'gemini%00', 400],
    ['double-encoded text', 'models%252Fgemini-3.5-flash', 400],
  ])('with %s stays one segment of the upstream path', async (_what, model, status) => {
    const answer = await ask(proxy, 'generateContent', prompt('hi'), { model })
    expect([answer.status, answer.json]).toEqual([
      status,
      status === 200 ? expect.anything() : expect.objectContaining({ error: expect.anything() }),
    ])
    for (const path of sentPaths()) expect(path).toMatch(/^\/v1beta\/models\/[\w.%-]+:generateContent$/)
  })
})

test.each(['%2e%2e', '%2e', '..%2f..', 'x%2f..%2f..%2ffiles', '..%5cfiles'])('the name %s is never a model', async (name) => {
  const described = await call(proxy.origin, { path: `/v1beta/models/${name}` })
  const chat = await call(proxy.origin, { body: { model: decodeURIComponent(name), messages: [{ role: 'user', content: 'hi' }] } })
  expect([described.status, chat.status, sentPaths()]).toEqual([404, 404, []])
})

describe('a body', () => {
  test('of an array with too many values is 413, without a call to Gemini', async () => {
    const body = `{"contents":[${'{},'.repeat(2_000_000)}{}]}`
    const answer = await ask(proxy, 'generateContent', body, { headers: JSON_TYPE })
    expect([answer.status, reasonOf(answer)]).toEqual([413, 'REQUEST_TOO_LARGE'])
    expect(proxy.simulator.requests).toEqual([])
  })

  test.each(['generateContent', 'streamGenerateContent?alt=sse'])('that is nested too deeply is 400: %s', async (method) => {
    const answer = await ask(proxy, method, `{"a":${'['.repeat(100_000)}`, { headers: JSON_TYPE })
    expect(answer.status).toBe(400)
    expect(proxy.simulator.requests).toEqual([])
  })

  test('with duplicate members reaches Google unchanged', async () => {
    const body = `{"contents":[],"contents":[{"parts":[{"text":"second"}]}]}`
    expect((await ask(proxy, 'generateContent', body, { headers: JSON_TYPE })).status).toBe(200)
    expect(proxy.simulator.requests[0]?.textLength).toBe(body.length)
  })

  test.each(['gzip', 'br', 'deflate'])('that is compressed with %s is rejected, not passed on', async (encoding) => {
    const body = gzipSync(JSON.stringify(prompt('hi')))
    const answer = await ask(proxy, 'generateContent', body, { headers: { ...JSON_TYPE, 'content-encoding': encoding } })
    expect([answer.status, reasonOf(answer)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    expect(proxy.simulator.requests).toEqual([])
  })

  test('with members such as __proto__ is passed on, and has no effect here', async () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{}},"cachedContent":"cachedContents/x","contents":[]}'
    await ask(proxy, 'generateContent', body, { headers: JSON_TYPE })
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
    expect(proxy.simulator.requests[0]?.textLength).toBe(body.length)
  })
})

describe('a header', () => {
  test('of the platform, of another proxy or of a browser does not reach Google', async () => {
    const headers = {
      ...{ 'x-fc-request-id': 'r', 'x-fc-security-token': 's', cookie: 'a=b', forwarded: 'for=1.2.3.4', 'x-forwarded-for': '1.2.3.4' },
      ...{ 'x-real-ip': '1.2.3.4', via: '1.1 a', origin: 'https://a.example', referer: 'https://a.example/?key=x', te: 'trailers' },
      ...{ 'x-goog-user-project': 'p', 'x-http-method-override': 'DELETE', 'proxy-authorization': 'Basic eDp5', range: 'bytes=0-1' },
    }
    expect((await ask(proxy, 'generateContent', prompt('hi'), { headers })).status).toBe(200)
    expect(Object.keys(proxy.simulator.requests[0]?.headers ?? {}).sort()).toEqual([
      ...['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'x-goog-api-key'],
    ])
  })
})

describe('the response format', () => {
  test.each([
    ['generateContent?alt=media', 400],
    ['generateContent?alt=sse', 400],
    ['streamGenerateContent?alt=SSE', 400],
    ['streamGenerateContent?alt=sse&alt=json', 400],
    ['streamGenerateContent?%24alt=proto', 400],
    ['streamGenerateContent?prettyPrint=maybe', 400],
    ['generateContent?$alt=json%3Benum-encoding%3Dint', 200],
  ])('can only be a known one: %s is %i', async (method, status) => {
    expect((await ask(proxy, method, prompt('hi'))).status).toBe(status)
    expect(proxy.simulator.requests).toHaveLength(status === 200 ? 1 : 0)
  })
})

describe('an HTTP method', () => {
  test.each([
    ['HEAD', '/v1beta/models', 200],
    ['HEAD', `/v1beta/models/${MODEL}:generateContent`, 405],
    ['OPTIONS', `/v1beta/models/${MODEL}:generateContent`, 204],
    ['OPTIONS', '/v1beta/interactions', 204],
    ['PATCH', `/v1beta/models/${MODEL}`, 405],
    ['DELETE', `/v1/models/${MODEL}`, 405],
  ])('%s of %s is %i', async (method, path, status) => {
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' }
    expect((await call(proxy.origin, { method, path, headers })).status).toBe(status)
  })

  test.each([
    ['GET', '/v1/models', 'object'],
    ['GET', `/v1/models/${MODEL}`, 'object'],
  ])('%s %s is still the operation of OpenAI', async (method, path, member) => {
    expect((await call(proxy.origin, { method, path })).json).toHaveProperty(member)
  })
})

describe('a response of Google', () => {
  let gemini: RawGemini | undefined
  let own: ProxyUnderTest | undefined
  afterEach(async () => {
    await own?.close()
    await gemini?.close()
  })

  const KEY_IN_TEXT = `The key ${GEMINI_KEY} of projects/123456789 is wrong.`
  test.each([
    ['an error', 400, JSON.stringify({ error: { code: 400, status: 'INVALID_ARGUMENT', message: KEY_IN_TEXT } })],
    [
      'an error in its details',
      400,
      JSON.stringify({ error: { code: 400, message: 'Wrong.', details: [{ consumer: 'projects/123456789', key: GEMINI_KEY }] } }),
    ],
    ['an error that is an array', 400, JSON.stringify([{ error: { code: 400, message: KEY_IN_TEXT } }])],
    ['a page', 403, `<html>${KEY_IN_TEXT}</html>`],
    ['an error of an interaction', 400, JSON.stringify({ error: { code: 'invalid_request', message: KEY_IN_TEXT } })],
  ])('that contains the key or the project is redacted: %s', async (_what, status, body) => {
    gemini = await startRawGemini((response) => response.writeHead(status, { 'x-key': GEMINI_KEY, 'set-cookie': 'a=b' }).end(body))
    own = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0', LOG_LEVEL: 'trace' })
    const answers = [
      await ask(own, 'generateContent', prompt('hi')),
      await ask(own, 'streamGenerateContent?alt=sse', prompt('hi')),
      await call(own.origin, { path: '/v1beta/interactions', body: { model: MODEL, input: 'hi' } }),
    ]
    expect(answers.map((each) => each.status)).toEqual(status === 403 ? [502, 502, 502] : [400, 400, 400])
    expect(JSON.stringify([answers, own.logs])).not.toContain(GEMINI_KEY)
    expect(JSON.stringify(answers)).not.toMatch(/123456789|set-cookie|x-key/)
  })

  test('about an interaction that breaks with an error about the key does not show the key', async () => {
    const error = { code: 'permission_denied', message: `Your API key was reported as leaked: ${GEMINI_KEY}` }
    const created = { event_type: 'interaction.created', interaction: { id: 'v1_a', status: 'in_progress' } }
    const stream = [created, { event_type: 'error', error }].map((each) => `event: x\ndata: ${JSON.stringify(each)}\n\n`).join('')
    gemini = await startRawGemini((response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(stream))
    own = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '0' })
    const { text } = await call(own.origin, { path: '/v1beta/interactions', body: { model: MODEL, input: 'hi', stream: true } })
    expect(text).toContain('"code":"upstream_auth_error"')
    expect(text).not.toMatch(/leaked|permission_denied/)
    expect(text).not.toContain(GEMINI_KEY)
  })
})

describe('a client', () => {
  test('that reads nothing stops reading from Gemini, and its stream ends when it disconnects', async () => {
    const chunk = 'x'.repeat(60_000)
    let written = 0
    const gemini = await startRawGemini((response) => {
      const event = `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: chunk }] } }] })}\r\n\r\n`
      const write = (): void => {
        while (!response.destroyed && written < 4_000) {
          written += 1
          if (!response.write(event)) return void response.once('drain', write)
        }
      }
      write()
    })
    const own = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl })
    try {
      const { hostname, port } = new URL(own.origin)
      const headers = { ...FC_CREDENTIALS, ...JSON_TYPE, 'x-goog-api-key': TOKEN }
      const sent = httpRequest({ hostname, port, path: `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`, method: 'POST', headers })
      sent.on('error', () => undefined).end(JSON.stringify(prompt('hi')))
      const [response] = await once(sent, 'response')
      response.pause()
      let before = -1
      await eventually(() => {
        const isStill = before === written
        before = written
        expect(isStill).toBe(true)
      })
      expect(written).toBeLessThan(1_000)
      sent.destroy()
      await eventually(() => expect(own.logs.find(({ operation }) => operation === 'streamGenerateContent')).toMatchObject({ status: 499 }))
    } finally {
      await own.close()
      await gemini.close()
    }
  })

  test.each(['streamGenerateContent', 'countTokens'])('that disconnects ends the upstream call at once: %s', async (method) => {
    const leaving = new AbortController()
    const behaviour = method === 'countTokens' ? {} : { chunks: 9, hold: { afterChunks: 2 } }
    if (method === 'countTokens') proxy.simulator.next({ hold: 'before-headers' })
    const answer = fetch(`${proxy.origin}/v1beta/models/${MODEL}:${method}`, {
      method: 'POST',
      headers: { ...FC_CREDENTIALS, ...JSON_TYPE, 'x-goog-api-key': TOKEN },
      body: JSON.stringify(prompt(`hello there ${simulate(behaviour)}`)),
      signal: leaving.signal,
    }).catch(() => undefined)
    await eventually(() => expect(proxy.simulator.requests).toHaveLength(1))
    if (method !== 'countTokens') await answer
    leaving.abort()
    await eventually(() => expect(proxy.simulator.requests[0]?.aborted).toBe(true))
    await answer
  })
})
