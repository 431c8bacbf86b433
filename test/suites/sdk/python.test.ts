import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { runPython } from '../../support/python.js'

const TOKEN = 'python-test-token'
const MODEL = 'gemini-2.5-flash'
const HELLO = 'Hello there, 世界!'
const USAGE = { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number), total_tokens: expect.any(Number) }
const STREAM = {
  ids: [expect.stringMatching(/^chatcmpl-/)],
  created: 1,
  models: [MODEL],
  roles: ['assistant'],
  content: HELLO,
  finish_reasons: ['stop'],
  usages: [],
  choices_of_usage_chunks: [],
}

let seen: Record<string, unknown>
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const simulator = await startSimulator()
  closing.push(() => simulator.close())
  const proxy = await startBundle({ GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN })
  closing.push(() => proxy.stop())
  const env = { PROXY_URL: proxy.address, PROXY_TOKEN: TOKEN, PROXY_MODEL: MODEL }
  seen = (await runPython('test/suites/sdk/python/client.py', env)) as Record<string, unknown>
}, 180_000) // long, because the first run installs the SDK

afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

describe('the official Python SDK on the built server', () => {
  test('completes a chat', () => {
    expect(seen.chat).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: MODEL,
      role: 'assistant',
      content: HELLO,
      finish_reason: 'stop',
      usage: USAGE,
    })
  })

  test('reads a stream, which has no usage unless requested', () => {
    expect(seen.stream).toEqual(STREAM)
  })

  test('gets one usage chunk without choices if include_usage is set', () => {
    expect(seen.stream_with_usage).toEqual({ ...STREAM, usages: [USAGE], choices_of_usage_chunks: [0] })
  })

  test('reads a stream through its asynchronous client', () => {
    expect(seen.asynchronous_stream).toEqual(STREAM)
  })

  test('lists models and retrieves one', () => {
    expect(seen.models).toContain(MODEL)
    expect(seen.model).toEqual({ id: MODEL, object: 'model', owned_by: 'google', created: expect.any(Number) })
  })

  test.each([
    ['unauthorized', 'AuthenticationError', 401, 'invalid_api_key', 'invalid_request_error'],
    ['unauthorized_stream', 'AuthenticationError', 401, 'invalid_api_key', 'invalid_request_error'],
    ['unknown_model', 'NotFoundError', 404, 'model_not_found', 'invalid_request_error'],
    ['unknown_model_retrieved', 'NotFoundError', 404, 'model_not_found', 'invalid_request_error'],
    ['bad_request', 'BadRequestError', 400, expect.stringMatching(/^(decimal|integer)_above_max_value$/), 'invalid_request_error'],
    ['rate_limit', 'RateLimitError', 429, 'rate_limit_exceeded', 'rate_limit_exceeded'],
    ['rate_limit_stream', 'RateLimitError', 429, 'rate_limit_exceeded', 'rate_limit_exceeded'],
  ])('raises an error that the caller can handle: %s is %s', (name, className, status, code, type) => {
    const error = (seen.errors as Record<string, unknown>)[name]
    expect(error).toMatchObject({ class: className, status, code, type, has_request_id: true })
  })
})
