import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorResponse } from '../../../../src/contract/types.js'
import { ERROR_NAMES, errorOf } from '../../../doubles/simulator/errors.js'
import type { Behaviour, ErrorForm, GoogleError } from '../../../doubles/simulator/index.js'
import { chat, chatLine, eventually, failureOf, openai, post } from '../../../support/calls.js'
import { call } from '../../../support/contractHook.js'
import { GEMINI_KEY, type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { isOnNative } from '../../../support/upstreamApi.js'
import { EXPECTED_ERRORS, type ExpectedError, expectedPageError, LASTING } from './expected.js'

/** A model without a replacement, so that the proxy does not try another model after a 404. */
const MODEL = 'gemini-3.5-flash'
const FORMS: readonly ErrorForm[] = ['array', 'object', 'sse-json', 'html']

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

interface Answered extends ExpectedError {
  readonly message: string
}

const answered = async (behaviour: Behaviour, stream: boolean): Promise<Answered> => {
  const response = await post(proxy, chat(behaviour, { model: MODEL, stream }))
  const { error, ...rest } = (await response.json()) as ErrorResponse
  expect(rest).toEqual({})
  expect(response.headers.get('content-type')).toContain('application/json')
  const { message, type, code, param, ...others } = error
  expect(others).toEqual({})
  const isRetryable = response.headers.get('x-should-retry') !== 'false'
  return { status: response.status, type, code: String(code), param, retryAfter: response.headers.get('retry-after'), isRetryable, message }
}

describe.each([false, true])('with stream: %s', (stream) => {
  describe.each(FORMS)('as %s', (form) => {
    test.each(ERROR_NAMES)('%s is reported as documented', async (error) => {
      const expected = form === 'html' ? expectedPageError(errorOf(error).code) : EXPECTED_ERRORS[error]
      expect(await answered({ error, errorForm: form }, stream)).toEqual({ ...expected, message: expect.stringMatching(/^[A-Z].*[^\s]$/s) })
    })
  })

  test('the message of Gemini is passed on if it is about the request', async () => {
    for (const name of ERROR_NAMES.filter((each) => EXPECTED_ERRORS[each].code === 'invalid_request')) {
      expect((await answered({ error: name }, stream)).message).toBe(`Gemini refused the request: ${errorOf(name).message.trim()}`)
    }
  })

  test('the message of Gemini is not passed on if it is about the proxy', async () => {
    for (const name of ERROR_NAMES.filter((each) => EXPECTED_ERRORS[each].code !== 'invalid_request')) {
      const words = errorOf(name).message
      const { message } = await answered({ error: name }, stream)
      expect(message).not.toContain(words.slice(0, 40))
      expect(message).not.toMatch(/google\.com|ai\.studio|generativelanguage/)
    }
  })
})

describe('the advice for the operator', () => {
  test.each([
    ['invalid-long', /GEMINI_API_KEY/],
    ['leaked', /GEMINI_API_KEY/],
    ['disabled', /GEMINI_API_KEY/],
    ['region', /region/],
    ['free-tier-region', /region/],
  ] as const)('is sent to the client for %s, and logged in one line', async (error, advice) => {
    const own = await startProxy()
    try {
      const response = await post(own, chat({ error }, { model: MODEL }))
      expect(((await response.json()) as ErrorResponse).error.message).toMatch(advice)
      const line = await chatLine(own)
      expect(line).toMatchObject({ level: 50, status: 502, errorCode: EXPECTED_ERRORS[error].code, cause: expect.stringMatching(advice) })
      expect(line.cause).toContain(
        errorOf(error)
          .message.slice(0, 40)
          .replace(/project \d+/, 'project [redacted]'),
      )
    } finally {
      await own.close()
    }
  })

  test('is logged for an HTML page of another server', async () => {
    const own = await startProxy()
    try {
      await (await post(own, chat({ error: 'not-found', errorForm: 'html' }, { model: MODEL }))).text()
      expect(await chatLine(own)).toMatchObject({ level: 50, status: 502, cause: expect.stringContaining('GEMINI_BASE_URL') })
    } finally {
      await own.close()
    }
  })
})

describe('secrets', () => {
  const CANARIES = {
    key: GEMINI_KEY,
    oldKey: 'AIzaSyD-canary_canary_canary_canary_123',
    oauth: 'ya29.canary-canary-canary-canary',
    project: '987654321012',
    stack: 'com.google.Canary.serve(Canary.java:42)',
    python: '/google/canary/serve.py',
  } as const
  const words = [
    `Invalid thing ${CANARIES.key} and ${CANARIES.oldKey} and Bearer ${CANARIES.oauth} key=abcdefghijklmnop1234`,
    `for projects/${CANARIES.project}/locations, consumer 'project_number:${CANARIES.project}', project: ${CANARIES.project}, project=${CANARIES.project}`,
    `\tat ${CANARIES.stack}`,
    'Traceback (most recent call last):',
    `  File "${CANARIES.python}", line 3, in serve`,
  ].join('\n')
  const details = [{ '@type': 'type.googleapis.com/google.rpc.DebugInfo', detail: words, stackEntries: [CANARIES.stack] }]
  const google = (code: number, status: string): GoogleError => ({ code, status, message: words, details })

  test.each([
    [400, 'INVALID_ARGUMENT'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [409, 'ABORTED'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
  ] as const)('in an error %i reach neither the client nor the log', async (code, status) => {
    for (const stream of [false, true]) {
      const before = proxy.logs.length
      const response = await post(proxy, chat({ text: 'x' }, { model: MODEL, stream, messages: [{ role: 'user', content: 'secret' }] }), {
        headers: { 'x-request-id': 'x' },
      })
      await response.text()
      proxy.simulator.next({ error: google(code, status) })
      const failed = await post(proxy, { model: MODEL, messages: [{ role: 'user', content: 'secret' }], stream })
      const seen = `${await failed.text()}${JSON.stringify([...failed.headers])}`
      await eventually(() => expect(proxy.logs.length).toBeGreaterThanOrEqual(before + 2))
      const logged = JSON.stringify(proxy.logs.slice(before))
      for (const canary of [...Object.values(CANARIES), 'abcdefghijklmnop1234']) {
        expect(seen).not.toContain(canary)
        expect(logged).not.toContain(canary)
      }
    }
  })

  test('in an error within a stream do not reach the client', async () => {
    for (const form of ['bare-object', 'bare-array', 'data-object', 'data-array'] as const) {
      proxy.simulator.next({ errorMidStream: { name: google(400, 'INVALID_ARGUMENT'), form, afterChunks: 1 }, chunks: 3 })
      const text = await (
        await post(proxy, { model: MODEL, messages: [{ role: 'user', content: 'Tell me a long story' }], stream: true })
      ).text()
      expect(text).toContain('"code":"invalid_request"')
      for (const canary of Object.values(CANARIES)) expect(text).not.toContain(canary)
    }
  })

  test('a long quotation in an error of Google is shortened', async () => {
    const message = `Base64 decoding failed for "${'A'.repeat(1_000_000)}"`
    proxy.simulator.next({ error: { code: 400, status: 'INVALID_ARGUMENT', message } })
    const response = await post(proxy, { model: MODEL, messages: [{ role: 'user', content: 'x' }] })
    expect((await response.text()).length).toBeLessThan(1_500)
  })
})

describe('the retry delay that Google asks for', () => {
  const info = (retryDelay: string) => [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]
  const limit = (message: string, details: GoogleError['details'] = []): Behaviour => ({
    error: { code: 429, status: 'RESOURCE_EXHAUSTED', message, details },
  })

  test.each([
    ['RetryInfo in seconds', limit('Slow down.', info('34.4s')), '35'],
    ['RetryInfo in milliseconds', limit('Slow down.', info('850ms')), '1'],
    ['RetryInfo of zero', limit('Slow down.', info('0s')), '1'],
    ['a message in seconds', limit('Please retry in 7.2s.'), '8'],
    ['a message in milliseconds', limit('Please retry in 431.5ms.'), '1'],
    ['a message in minutes', limit('Please retry in 1m30.5s.'), '91'],
    ['RetryInfo, which overrides the message', limit('Please retry in 9s.', info('3s')), '3'],
    ['no delay', limit('Slow down.'), null],
    ['an invalid delay', limit('Please retry in soon.', info('soon')), null],
  ] as const)('is sent as Retry-After: %s', async (_, behaviour, retryAfter) => {
    expect(await answered(behaviour, false)).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfter, isRetryable: true })
  })

  const quota = (violation: object) => [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [violation] }]
  test.each([
    ['a daily quota', limit('Quota exceeded.', quota({ quotaId: 'GenerateRequestsPerDayPerProject', quotaValue: '50' }))],
    ['a quota of zero in the details', limit('Quota exceeded.', quota({ quotaId: 'GenerateRequestsPerMinute', quotaValue: '0' }))],
    ['a quota of zero in the message', limit('Quota exceeded for metric: x, limit: 0\nPlease retry in 9s.')],
    ['used-up credits', limit('Your prepayment credits are depleted.')],
    ['a delay of more than five minutes', limit('Please retry in 5m1s.')],
    ['a delay of hours', limit('Slow down.', info('7200s'))],
  ] as const)('is not sent for a lasting limit: %s is insufficient_quota', async (_, behaviour) => {
    expect(await answered(behaviour, true)).toMatchObject({ status: 429, type: 'insufficient_quota', retryAfter: null, isRetryable: false })
  })
})

describe('a request that is too large for Google', () => {
  test.each(FORMS)('is a 413 in the form %s', async (errorForm) => {
    const error = { code: 413, status: 'INVALID_ARGUMENT', message: 'Request payload size exceeds the limit: 20971520 bytes.' }
    expect(await answered({ error, errorForm }, false)).toMatchObject({ status: 413, code: 'request_too_large', isRetryable: false })
  })
})

describe('a prompt that is longer than the context window', () => {
  const message = 'The input token count (1250000) exceeds the maximum number of tokens allowed (1048576).'
  const error = { code: 400, status: 'INVALID_ARGUMENT', message }

  test.each([false, true])("has OpenAI's error code, which makes agents compact, with stream: %s", async (stream) => {
    for (const errorForm of ['array', 'object', 'sse-json'] as const) {
      const failure = await answered({ error, errorForm }, stream)
      expect(failure).toMatchObject({ status: 400, type: 'invalid_request_error', code: 'context_length_exceeded', param: 'messages' })
      expect(failure).toMatchObject({ isRetryable: false, message: `Gemini refused the request: ${message}` })
    }
  })

  test.each([
    ['/v1/responses', { model: MODEL, input: 'x' }, { code: 'context_length_exceeded', param: 'input' }],
    ['/v1/responses', { model: MODEL, input: 'x', stream: true }, { code: 'context_length_exceeded', param: 'input' }],
    ['/v1/completions', { model: MODEL, prompt: 'x' }, { code: 'context_length_exceeded', param: 'prompt' }],
    ['/v1/embeddings', { model: 'gemini-embedding-001', input: 'x' }, { code: 'context_length_exceeded', param: 'input' }],
    [
      '/v1/messages',
      { model: MODEL, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] },
      {
        message: 'prompt is too long: 1250000 tokens > 1048576 maximum',
        details: { error_code: 'context_length_exceeded', param: 'messages' },
      },
    ],
  ])('has this error code in %s', async (path, body, expected) => {
    proxy.simulator.next({ error })
    const response = await call(proxy.origin, { method: 'POST', path, body })
    expect(response).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', ...expected } } })
  })

  if (isOnNative)
    test("is passed on unchanged to clients of Google's API", async () => {
      proxy.simulator.next({ error })
      const body = { contents: [{ parts: [{ text: 'x' }] }] }
      const response = await call(proxy.origin, { method: 'POST', path: `/v1beta/models/${MODEL}:generateContent`, body })
      expect(response).toMatchObject({ status: 400, json: { error } })
    })
})

describe('the invalid field that Google reports', () => {
  const NATIVE = [
    ['Invalid JSON payload received. Unknown name "foo" at \'tools[0].function_declarations[0]\': Cannot find field.', 'tools'],
    ['Invalid JSON payload received. Unknown name "foo" at \'contents[3]\': Cannot find field.', 'messages'],
    ["Invalid value at 'generation_config.top_p' (TYPE_FLOAT), 0", 'top_p'],
    ['Request contains an invalid argument.', null],
  ] as const
  const COMPAT = [
    ['Invalid JSON payload received. Unknown name "top_k": Cannot find field.', 'top_k'],
    ['Invalid JSON payload received. Unknown name "foo" at \'tools[0].function\': Cannot find field.', 'tools[0].function.foo'],
    ['Invalid JSON payload received. Unknown name "foo" at \'messages[3]\': Cannot find field.', 'messages'],
    ["Invalid value at 'reasoning_effort' (TYPE_STRING), 0", 'reasoning_effort'],
    ['Request contains an invalid argument.', null],
  ] as const
  test.each<readonly [string, string | null]>(isOnNative ? NATIVE : COMPAT)('in "%s" becomes param', async (message, param) => {
    const error = { code: 400, status: 'INVALID_ARGUMENT', message }
    expect(await answered({ error }, false)).toMatchObject({ code: 'invalid_request', param })
  })
})

describe('the retries of the JavaScript SDK and of the proxy together', () => {
  let eager: ProxyUnderTest
  beforeAll(async () => {
    eager = await startProxy()
  })
  beforeEach(() => eager.simulator.reset())
  afterAll(() => eager.close())

  const ask = (asked: ProxyUnderTest, behaviour: Behaviour, stream = false) => {
    // The cast is safe: `chat` makes a valid body.
    const body = chat(behaviour, { model: MODEL, stream }) as never
    return openai(asked, { maxRetries: 2 }).chat.completions.create(body)
  }

  test.each(LASTING)('make exactly one call for %s', async (error) => {
    for (const stream of [false, true]) {
      eager.simulator.reset()
      expect(await failureOf(ask(eager, { error }, stream))).toMatchObject({
        status: EXPECTED_ERRORS[error].status,
        code: EXPECTED_ERRORS[error].code,
        type: EXPECTED_ERRORS[error].type,
      })
      expect(eager.simulator.totalRequests).toBe(1)
    }
  })

  test('make exactly one call for an HTML page instead of an answer', async () => {
    expect(await failureOf(ask(eager, { error: 'not-found', errorForm: 'html' }))).toMatchObject({ status: 502, code: 'upstream_error' })
    expect(eager.simulator.totalRequests).toBe(1)
  })

  test('are made for failures that may pass', async () => {
    expect(await failureOf(ask(proxy, { error: 'internal' }))).toMatchObject({ status: 502, code: 'upstream_error' })
    expect(proxy.simulator.totalRequests).toBe(3)
  })
})
