import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FC_CREDENTIALS, GEMINI_KEY } from '../../support/canaries.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { MODEL, startNativeProxy } from './google.js'
import { type RawGemini, startRawGemini } from './rawGemini.js'

// Parsing and serialising this JSON would change its bytes: the tests notice if the proxy does so.
const REQUEST =
  '{ "contents":[{"parts":[{"text":"\\u4e16 \\/ 世"}]}],\n "big":12345678901234567890, "one":1.0, "one":2, "safety_settings":null}\n'
const ANSWER = '{\n  "candidates": [{"finishReason": "STOP","content": {"parts": [{"text": "\\u003c世"}]}}],\n  "n": 1.0e2\n}\n'
const STREAM = [
  'data: {"candidates": [{"content": {"parts": [{"text": "\\u003c"}]}}]}\r\n\r\n',
  'data: {"candidates": [{"finishReason": "STOP"}]}\r\n\r\n',
]
const ARRAY = [
  '[{"candidates": [{"content": {"parts": [{"text": "\\u003c"}]}}]}\r\n',
  ',\r\n{"candidates": [{"finishReason": "STOP"}]}\r\n]\n',
]

let gemini: RawGemini
let proxy: ProxyUnderTest
beforeAll(async () => {
  gemini = await startRawGemini((response, { url }) => {
    response.setHeader('content-type', 'application/json; charset=UTF-8')
    if (!url.includes(':streamGenerateContent')) return response.end(ANSWER)
    for (const piece of url.includes('alt=sse') ? STREAM : ARRAY) response.write(piece)
    return response.end()
  })
  proxy = await startNativeProxy({ GEMINI_BASE_URL: gemini.baseUrl })
})
beforeEach(() => {
  gemini.requests.length = 0
})
afterAll(async () => {
  await proxy.close()
  await gemini.close()
})

const send = (path: string, headers: Record<string, string> = { 'x-goog-api-key': TOKEN }): Promise<Response> =>
  fetch(`${proxy.origin}${path}`, {
    method: 'POST',
    headers: { ...FC_CREDENTIALS, 'content-type': 'application/json', ...headers },
    body: REQUEST,
  })

describe('a request', () => {
  test.each([
    'generateContent',
    'streamGenerateContent',
    'streamGenerateContent?alt=sse',
    'countTokens',
    'embedContent',
    'batchEmbedContents',
  ])('reaches Google unchanged, byte for byte: %s', async (method) => {
    expect((await send(`/v1beta/models/${MODEL}:${method}`)).status).toBe(200)
    expect(gemini.requests.map(({ bytes }) => bytes.toString())).toEqual([REQUEST])
    expect(gemini.requests[0]?.url).toBe(`/v1beta/models/${MODEL}:${method}`)
  })

  test.each([
    ['under /v1', `/v1/models/${MODEL}:generateContent`],
    ['under /v1, with an encoded colon', `/v1/models/${MODEL}%3AgenerateContent`],
    ['with an encoded colon', `/v1beta/models/${MODEL}%3agenerateContent`],
    ['with the prefix models/', `/v1beta/models/models/${MODEL}:generateContent`],
    ['with the prefix models/ under /v1', `/v1/models/models/${MODEL}:generateContent`],
    ['with an encoded prefix models/', `/v1/models/models%2F${MODEL}:generateContent`],
    ['with a trailing slash', `/v1/models/${MODEL}:generateContent/`],
  ])('has the same upstream URL %s', async (_how, path) => {
    expect((await send(path)).status).toBe(200)
    expect(gemini.requests.map(({ url }) => url)).toEqual([`/v1beta/models/${MODEL}:generateContent`])
  })

  test('has only the allowed query parameters', async () => {
    const query = '?alt=json&$alt=json;enum-encoding=int&prettyPrint=false&key=AIzaSomeKey&callback=x&fields=candidates&access_token=y'
    expect((await send(`/v1beta/models/${MODEL}:generateContent${query}`)).status).toBe(200)
    const { searchParams } = new URL(gemini.requests[0]?.url ?? '', 'http://gemini')
    expect(Object.fromEntries(searchParams)).toEqual({ alt: 'json', $alt: 'json;enum-encoding=int', prettyPrint: 'false' })
  })

  test('has the Gemini key, and no header of the client', async () => {
    await send(`/v1beta/models/${MODEL}:generateContent`, {
      'x-goog-api-key': TOKEN,
      'x-goog-user-project': 'p',
      'x-goog-api-client': 'c',
      cookie: 'a=b',
    })
    expect(Object.keys(gemini.requests[0]?.headers ?? {}).sort()).toEqual([
      ...['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'x-goog-api-key'],
    ])
    expect(gemini.requests[0]?.headers['x-goog-api-key']).toBe(GEMINI_KEY)
  })

  test.each([
    ['x-goog-api-key', '', { 'x-goog-api-key': TOKEN }],
    ['a bearer token', '', { authorization: `Bearer ${TOKEN}` }],
    ['the query', `?key=${TOKEN}`, {}],
  ] as const)('is authorized by %s, which is neither passed on nor logged', async (_how, query, headers) => {
    expect((await send(`/v1beta/models/${MODEL}:generateContent${query}`, headers)).status).toBe(200)
    expect(JSON.stringify([gemini.requests, proxy.logs])).not.toContain(TOKEN)
  })
})

describe('an answer', () => {
  test('reaches the client unchanged, byte for byte', async () => {
    const response = await send(`/v1beta/models/${MODEL}:generateContent`)
    expect(await response.text()).toBe(ANSWER)
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8')
  })

  test('streamed as events reaches the client unchanged as well', async () => {
    const response = await send(`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`)
    expect(await response.text()).toBe(STREAM.join(''))
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  })

  test('streamed as an array reaches the client unchanged as well', async () => {
    const response = await send(`/v1beta/models/${MODEL}:streamGenerateContent`)
    expect(await response.text()).toBe(ARRAY.join(''))
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8')
  })
})
