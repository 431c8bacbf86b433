import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chatLine, collect, eventually, failureOf, makeSdkRequest, openai, PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
  client = openai(proxy)
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

describe('the JavaScript SDK raises', () => {
  test.each([
    ['another token', 'not-a-token'],
    ['a token with one extra character', `${TOKEN}x`],
  ])('AuthenticationError for %s', async (_, apiKey) => {
    const stranger = openai(proxy, { apiKey })
    for (const call of [() => stranger.chat.completions.create(makeSdkRequest({})), () => stranger.models.list()]) {
      const failure = await failureOf(call())
      expect(failure).toBeInstanceOf(OpenAI.AuthenticationError)
      expect(failure).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error', param: null })
    }
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test.each([
    [
      'a chat with an unknown model',
      () => client.chat.completions.create(makeSdkRequest({}, { model: 'no-such-model' })),
      'model_not_found',
      'model',
    ],
    [
      'a stream of an unknown model',
      () => client.chat.completions.create({ ...makeSdkRequest({}, { model: 'no-such-model' }), stream: true }),
      'model_not_found',
      'model',
    ],
    ['an unknown model', () => client.models.retrieve('no-such-model'), 'model_not_found', 'model'],
    [
      'a model that Google does not offer',
      () => client.chat.completions.create(makeSdkRequest({}, { model: 'gemini-9-flash' })),
      'model_not_found',
      'model',
    ],
    ['an unknown path', () => client.batches.list(), 'unknown_url', null],
  ])('NotFoundError for %s', async (_, call, code, param) => {
    const failure = await failureOf(call())
    expect(failure).toBeInstanceOf(OpenAI.NotFoundError)
    expect(failure).toMatchObject({ status: 404, code, param, type: 'invalid_request_error', requestID: expect.any(String) })
  })

  test.each([
    ['temperature', { temperature: 5 }, 'integer_above_max_value'],
    ['top_p', { top_p: 1.5 }, 'decimal_above_max_value'],
    ['messages', { messages: [] }, 'empty_array'],
    ['messages', { messages: undefined }, 'missing_required_parameter'],
    ['messages[0].role', { messages: [{ role: 'nobody', content: 'x' }] }, 'invalid_value'],
    ['max_tokens', { max_tokens: 'many' }, 'invalid_type'],
    [
      'messages[0].content[0].image_url.url',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'missing_required_parameter',
    ],
  ])('BadRequestError about %s: %j', async (param, more, code) => {
    for (const isStream of [false, true]) {
      const failure = await failureOf(client.chat.completions.create({ ...makeSdkRequest({}), ...(more as object), stream: isStream }))
      expect(failure).toBeInstanceOf(OpenAI.BadRequestError)
      expect(failure).toMatchObject({ status: 400, code, param, type: 'invalid_request_error' })
    }
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test.each([false, true])('RateLimitError with the time to wait (stream: %s)', async (isStream) => {
    const failure = await failureOf(client.chat.completions.create({ ...makeSdkRequest({ error: 'quota-minute' }), stream: isStream }))
    expect(failure).toBeInstanceOf(OpenAI.RateLimitError)
    expect(failure).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_exceeded', param: null })
    expect(Number((failure as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after'))).toBeGreaterThanOrEqual(41)
  })

  test.each([
    ['internal', 502, 'upstream_error', null],
    ['bad-gateway', 502, 'upstream_error', null],
    ['unavailable', 503, 'upstream_overloaded', expect.stringMatching(/^\d+$/)],
    ['deadline', 504, 'upstream_timeout', null],
  ] as const)('InternalServerError when Gemini fails with %s', async (error, status, code, retryAfter) => {
    for (const isStream of [false, true]) {
      const failure = await failureOf(client.chat.completions.create({ ...makeSdkRequest({ error }), stream: isStream }))
      expect(failure).toBeInstanceOf(OpenAI.InternalServerError)
      expect(failure).toMatchObject({ status, code, type: 'server_error' })
      expect((failure as InstanceType<typeof OpenAI.InternalServerError>).headers.get('retry-after')).toEqual(retryAfter)
    }
  })

  test('APIUserAbortError after its own abort, and the upstream call is ended', async () => {
    const controller = new AbortController()
    const answer = failureOf(client.chat.completions.create(makeSdkRequest({ latencyMs: 10_000 }), { signal: controller.signal }))
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    controller.abort()
    expect(await answer).toBeInstanceOf(OpenAI.APIUserAbortError)
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
  })

  test('no error after the caller has left a stream, and the upstream call is ended', async () => {
    const chunks = await client.chat.completions.create({ ...makeSdkRequest({ chunks: 1000, chunkDelayMs: 10 }), stream: true })
    for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) break
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
    expect(await chatLine(proxy)).toMatchObject({ status: 499, cancelled: true })
  })

  test('APIError from a stream that breaks, also through its helper', async () => {
    const request = {
      ...makeSdkRequest({ chunks: 4, chunkDelayMs: 10, errorMidStream: { name: 'unavailable', afterChunks: 3 } }),
      stream: true,
    } as const
    const failure = await failureOf(collect(client.chat.completions.create(request)))
    expect(failure).toBeInstanceOf(OpenAI.APIError)
    expect(failure).toMatchObject({ code: 'upstream_overloaded', type: 'server_error' })
    expect(await failureOf(client.chat.completions.stream(request as never).finalMessage())).toMatchObject({ code: 'upstream_overloaded' })
  })
})
