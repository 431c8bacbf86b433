import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FC_CREDENTIALS, GEMINI_KEY } from '../../support/canaries.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { MODEL, startGoogle } from './google.js'
import { type RawGemini, startRawGemini } from './rawGemini.js'

// Nothing that parses and serialises JSON would keep these.
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
  proxy = await startGoogle({ GEMINI_BASE_URL: gemini.baseUrl })
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
  ])('reaches Google byte by byte: %s', async (method) => {
    expect((await send(`/v1beta/models/${MODEL}:${method}`)).status).toBe(200)
    expect(gemini.requests.map(({ bytes }) => bytes.toString())).toEqual([REQUEST])
    expect(gemini.requests[0]?.url).toBe(`/v1beta/models/${MODEL}:${method}`)
  })

  test.each([
    ['under /v1', `/v1/models/${MODEL}:generateContent`],
    ['under /v1, with an encoded colon', `/v1/models/${MODEL}%3AgenerateContent`],
    ['with an encoded colon', `/v1beta/models/${MODEL}%3agenerateContent`],
    ['with the prefix of the model', `/v1beta/models/models/${MODEL}:generateContent`],
    ['with the prefix under /v1', `/v1/models/models/${MODEL}:generateContent`],
    ['with the encoded prefix', `/v1/models/models%2F${MODEL}:generateContent`],
    ['with a slash at the end', `/v1/models/${MODEL}:generateContent/`],
  ])('is the same %s', async (_how, path) => {
    expect((await send(path)).status).toBe(200)
    expect(gemini.requests.map(({ url }) => url)).toEqual([`/v1beta/models/${MODEL}:generateContent`])
  })

  test('has only the query parameters that Google may get', async () => {
    const query = '?alt=json&$alt=json;enum-encoding=int&prettyPrint=false&key=AIzaSomeKey&callback=x&fields=candidates&access_token=y'
    expect((await send(`/v1beta/models/${MODEL}:generateContent${query}`)).status).toBe(200)
    const { searchParams } = new URL(gemini.requests[0]?.url ?? '', 'http://gemini')
    expect(Object.fromEntries(searchParams)).toEqual({ alt: 'json', $alt: 'json;enum-encoding=int', prettyPrint: 'false' })
  })

  test('has the key of the proxy, and no header of the client', async () => {
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
  test('reaches the client byte by byte', async () => {
    const response = await send(`/v1beta/models/${MODEL}:generateContent`)
    expect(await response.text()).toBe(ANSWER)
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8')
  })

  test('that is streamed as events does, too', async () => {
    const response = await send(`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`)
    expect(await response.text()).toBe(STREAM.join(''))
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  })

  test('that is streamed as an array does, too', async () => {
    const response = await send(`/v1beta/models/${MODEL}:streamGenerateContent`)
    expect(await response.text()).toBe(ARRAY.join(''))
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8')
  })
})
