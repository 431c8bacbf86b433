import { describe, expect, test } from 'vitest'
import type { ErrorResponse } from '../../../src/contract/types.js'
import { fromCompatParam } from '../../../src/upstream/compat/params.js'
import { parseGeminiError } from '../../../src/upstream/failures/geminiError.js'
import { type FailureContext, isSignatureRefused, isTransient, keyFaultOf, toApiError } from '../../../src/upstream/failures/rules.js'
import { fromNativeParam } from '../../../src/upstream/native/params.js'
import { ERROR_NAMES, errorOf } from '../../doubles/simulator/errors.js'
import { chat, post } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { startProxy } from '../../support/proxy.js'
import { startScriptedGemini } from '../../support/scriptedGemini.js'

const CONTEXT: FailureContext = {
  requestedModel: 'gemini-3.8-flash',
  redact: (text) => text,
  hasReplaceableSignatures: true,
  toParam: fromNativeParam,
}

type GoogleFailure = Readonly<Record<string, unknown>>

/** Parses an error body of Gemini and converts its error as the proxy does. */
function failureIn(error: GoogleFailure, wrap: (body: object) => unknown = (body) => body, context = CONTEXT) {
  const parsed = parseGeminiError(JSON.stringify(wrap({ error })))
  if (parsed === undefined) throw new Error('the body has no error')
  return toApiError(parsed, context)
}
const refusal = (message: string): GoogleFailure => ({ code: 400, status: 'INVALID_ARGUMENT', message })

describe("an error of Google's native API", () => {
  test.each(ERROR_NAMES)('%s becomes the same error as on the compatible API', (name) => {
    const native = failureIn({ ...errorOf(name) })
    const compat = failureIn({ ...errorOf(name) }, (body) => [body], { ...CONTEXT, toParam: fromCompatParam })
    expect([native.status, native.code, native.type, native.retryAfterSeconds, native.isRetryable]).toEqual([
      compat.status,
      compat.code,
      compat.type,
      compat.retryAfterSeconds,
      compat.isRetryable,
    ])
    expect([keyFaultOf(native), isSignatureRefused(native)]).toEqual([keyFaultOf(compat), isSignatureRefused(compat)])
  })

  test.each(['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent', 'batchEmbedContents'])(
    'about a model that does not support %s is model_not_found',
    (method) => {
      const message = `models/x is not found for API version v1beta, or is not supported for ${method}. Call ModelService.ListModels to see the list of available models and their supported methods.`
      expect(failureIn({ code: 404, status: 'NOT_FOUND', message })).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
    },
  )

  test.each([
    ['Function "the input token count (2) exceeds the maximum number of tokens allowed" is not valid.', null],
    ['* GenerateContentRequest.model: unexpected model name format\n', 'model'],
    ['* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n', 'messages'],
    [
      '* GenerateContentRequest.generation_config.thinking_config.thinking_budget: out of range\n* GenerateContentRequest.contents: contents is not specified\n',
      null,
    ],
    ['* GenerateContentRequest.cached_content: not found', 'extra_body.google.cached_content'],
    ['* BatchEmbedContentsRequest.requests[0].content: contents is not specified', 'input'],
    ['Unlike GenerateContentRequest.contents: this is prose.', null],
    ['You can only set only one of thinking budget and thinking level.', null],
    ['Requests ending with a model turn are not supported.', null],
    ["Invalid value at 'contents[2].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed", 'messages'],
    ["Invalid value at 'generate_content_request.contents[2].parts[0].inline_data.data' (TYPE_BYTES), 1", 'messages'],
    ["Invalid value at 'system_instruction.parts[0].text' (TYPE_STRING), 1", 'messages'],
    ['Invalid value at \'generation_config.temperature\' (TYPE_FLOAT), "x"', 'temperature'],
    ['Invalid value at \'generationConfig.maxOutputTokens\' (TYPE_INT32), "x"', 'max_tokens'],
    ["Invalid value at 'generation_config.stop_sequences[0]' (TYPE_STRING), 1", 'stop'],
    ["Invalid value at 'generation_config.response_json_schema' (type.googleapis.com/google.protobuf.Value)", 'response_format'],
    ["Invalid value at 'tools[0].function_declarations[3].parameters_json_schema' (type.googleapis.com/google.protobuf.Value)", 'tools'],
    ['Invalid value at \'tool_config.function_calling_config.mode\' (type.googleapis.com/Mode), "x"', 'tool_choice'],
    [
      'Invalid value at \'safety_settings[0].threshold\' (type.googleapis.com/HarmBlockThreshold), "x"',
      'extra_body.google.safety_settings',
    ],
    ['Invalid value at \'requests[3].output_dimensionality\' (TYPE_INT32), "x"', 'dimensions'],
    [
      'Invalid value at \'generation_config.thinking_config.thinking_level\' (type.googleapis.com/ThinkingLevel), "x"',
      'extra_body.google.thinking_config.thinking_level',
    ],
    ["Invalid value at 'generation_config.thinking_config' (type.googleapis.com/ThinkingConfig), 1", null],
    ['Invalid JSON payload received. Unknown name "foo" at \'contents[0].parts[1]\': Cannot find field.', 'messages'],
    ['Invalid JSON payload received. Unknown name "topK" at \'generation_config\': Cannot find field.', 'extra_body.google.top_k'],
    ['Invalid JSON payload received. Unknown name "foo": Cannot find field.', null],
  ] as const)('about the request is a 400, with a parameter name of the client as param: %s', (message, param) => {
    expect(failureIn(refusal(message))).toMatchObject({ status: 400, code: 'invalid_request', param })
  })

  const LEVEL = "Invalid value at 'generation_config.thinking_config.thinking_level' (type.googleapis.com/ThinkingLevel), "
  test.each([
    'models/gemini-9 is not found for API version v1beta, or is not supported for generateContent. Call ListModels.',
    'This model models/gemini-2.5-flash is no longer available to new users. Please update your code to use a newer model.',
    'Publisher Model `projects/p/locations/global/publishers/google/models/gemini-9` was not found.',
  ])('that begins with a model name is model_not_found: %s', (message) => {
    expect(failureIn({ code: 404, status: 'NOT_FOUND', message })).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
  })

  test.each(['Requested entity was not found.', 'File "this model" does not exist.', ''])(
    'that does not begin with a model name is item_not_found, which another key may solve: %j',
    (message) => {
      const failure = failureIn({ code: 404, status: 'NOT_FOUND', message })
      expect(failure).toMatchObject({ status: 404, code: 'item_not_found', param: null })
      expect(keyFaultOf(failure)).toEqual({ kind: 'access' })
    },
  )

  test.each([
    [400, `${LEVEL}"please pass a valid API key"`, 'extra_body.google.thinking_config.thinking_level'],
    [400, `${LEVEL}"User location is not supported"`, 'extra_body.google.thinking_config.thinking_level'],
    [400, `${LEVEL}"not available in your country"`, 'extra_body.google.thinking_config.thinking_level'],
    [400, 'Invalid JSON payload received. Unknown name "API key not valid" at \'contents[0]\': Cannot find field.', 'messages'],
    [400, 'Unsupported MIME type: text/x-authorization header', null],
    [400, 'Unable to process "authentication credential".', null],
  ])('that quotes text about a key or a region is still invalid_request: %i %s', (code, message, param) => {
    const failure = failureIn({ code, status: 'INVALID_ARGUMENT', message })
    expect(failure).toMatchObject({ status: 400, code: 'invalid_request', param })
    expect(keyFaultOf(failure)).toBeUndefined()
  })

  test('with status 500 is not a region error, even if its message is about the region', () => {
    const message = 'User location is not supported for the API use.'
    expect(failureIn({ code: 500, status: 'INTERNAL', message })).toMatchObject({ status: 502, code: 'upstream_error' })
  })

  test.each([
    ['Location is not supported for the API use.', 'upstream_region_unsupported'],
    ['API Key not found. Please pass a valid API key.', 'upstream_auth_error'],
    ['Missing or invalid Authorization header.', 'upstream_auth_error'],
    ['Invalid authentication credentials.', 'upstream_auth_error'],
  ])("with Google's message about key or region is about the proxy: %s", (message, code) => {
    expect(failureIn(refusal(message))).toMatchObject({ status: 502, code })
  })

  test.each([
    ['Function call `look` in the 2. content block is missing a `thought_signature`. Please refer to the documentation.'],
    ['Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly.'],
    ['Thought signature is not valid'],
    ['Invalid value at \'contents[1].parts[0].thought_signature\' (TYPE_BYTES), Base64 decoding failed for "%%"'],
  ])('about a signature is recognised, so that the placeholder can replace it: %s', (message) => {
    expect(isSignatureRefused(failureIn(refusal(message)))).toBe(true)
    expect(isSignatureRefused(failureIn(refusal(message), (body) => body, { ...CONTEXT, hasReplaceableSignatures: false }))).toBe(false)
  })

  test.each([
    ["Invalid value at 'contents[1].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed"],
    ['Requests ending with a model turn are not supported.'],
  ])('about something else is not a signature refusal: %s', (message) => {
    expect(isSignatureRefused(failureIn(refusal(message)))).toBe(false)
  })

  test.each([
    ['UNAVAILABLE', 503, 'upstream_overloaded'],
    ['RESOURCE_EXHAUSTED', 429, 'rate_limit_exceeded'],
    ['DEADLINE_EXCEEDED', 504, 'upstream_timeout'],
    ['INTERNAL', 502, 'upstream_error'],
    ['CANCELLED', 502, 'upstream_error'],
    ['ABORTED', 502, 'upstream_error'],
    ['NOT_FOUND', 404, 'item_not_found'],
    ['INVALID_ARGUMENT', 400, 'invalid_request'],
    ['PERMISSION_DENIED', 502, 'upstream_auth_error'],
    ['toString', 502, 'upstream_error'],
  ])('without a code, as in a stream, is classified by its status: %s', (status, expected, code) => {
    expect(failureIn({ status, message: 'No.' })).toMatchObject({ status: expected, code })
  })
})

describe('the code of an error', () => {
  test.each([
    ['429', 429, 'rate_limit_exceeded'],
    ['503', 503, 'upstream_overloaded'],
    ['unavailable', 503, 'upstream_overloaded'],
    ['5030', 502, 'upstream_error'],
    ['', 502, 'upstream_error'],
    [null, 502, 'upstream_error'],
  ])('may be text, without a status: %j', (code, status, expected) => {
    expect(failureIn({ code, message: 'x' })).toMatchObject({ status, code: expected })
  })

  test.each([
    ['ABORTED', 502, 'upstream_error'],
    ['', 502, 'upstream_error'],
    ['ALREADY_EXISTS', 400, 'invalid_request'],
  ])('409 is retried, unless something already exists: %j', (status, expected, code) => {
    const failure = failureIn({ code: 409, status, message: 'The operation was aborted.' })
    expect(failure).toMatchObject({ status: expected, code })
    expect(isTransient(failure)).toBe(expected === 502)
  })
})

describe('the parsed error of a body with several errors', () => {
  const busy = JSON.stringify({ error: { code: 503, message: 'Busy: "}]".', status: 'UNAVAILABLE' } }, null, 2)
  test.each([busy, `${busy}\n${busy}`, `\n [${busy}]\n[${busy}]`, `${busy}\n{"error": {"co`, `${busy} and more`])(
    'is the first one: %j',
    (text) => {
      expect(parseGeminiError(text)).toMatchObject({ code: 503, message: 'Busy: "}]".' })
    },
  )

  test.each(['', ' ', busy.slice(0, -1), `x${busy}`, '"x"', '<html>{"error": {}}</html>', `}${busy}`, '[]', '{"a": 1}', '{x}'])(
    'is undefined for other text: %j',
    (text) => {
      expect(parseGeminiError(text)).toBeUndefined()
    },
  )
})

describe('a stream that ends in two bare errors', () => {
  const event = (text: string): string =>
    `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text }] } }] })}\r\n\r\n`
  const error = JSON.stringify({ error: { code: 503, message: 'Busy.', status: 'UNAVAILABLE' } }, null, 2)
  test.each([
    ['/v1/chat/completions', chat({}, { stream: true }), 'upstream_overloaded'],
    ['/v1/responses', { model: 'gemini-3.5-flash', input: 'x', stream: true }, 'upstream_overloaded'],
    ['/v1/messages', { model: 'gemini-3.5-flash', max_tokens: 9, messages: [{ role: 'user', content: 'x' }], stream: true }, 'overloaded'],
    ['/v1/completions', { model: 'gemini-3.5-flash', prompt: 'x', stream: true }, 'upstream_overloaded'],
    ['/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse', { contents: [{ parts: [{ text: 'x' }] }] }, 'UPSTREAM_OVERLOADED'],
  ])('reports the first one: %s', async (path, body, code) => {
    const gemini = await startScriptedGemini(() => ({
      headers: { 'content-type': 'text/event-stream' },
      body: `${event('a')}${error}\n${error}\n`,
    }))
    const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
    const { text } = await call(proxy.origin, { method: 'POST', path, body })
    await proxy.close()
    await gemini.close()
    expect(text).toContain(code)
  })
})

test.each([false, true])('a 409 ABORTED of Google is retried, with stream: %s', async (stream) => {
  const answer = { candidates: [{ content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }] }
  let calls = 0
  const gemini = await startScriptedGemini(() => {
    calls += 1
    if (calls === 1) return { status: 409, body: { error: { code: 409, status: 'ABORTED', message: 'The operation was aborted.' } } }
    return stream ? { headers: { 'content-type': 'text/event-stream' }, body: `data: ${JSON.stringify(answer)}\n\n` } : { body: answer }
  })
  const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MAX_RETRIES: '1' })
  const response = await post(proxy, chat({}, { stream }))
  const text = await response.text()
  await proxy.close()
  await gemini.close()
  expect([response.status, calls]).toEqual([200, 2])
  expect(text).toContain('Hello.')
})

test.each([false, true])('an error labelled as a stream reaches the client, with stream: %s', async (stream) => {
  const message = 'Invalid value at \'generation_config.seed\' (TYPE_INT32), "x"'
  const gemini = await startScriptedGemini(() => ({
    status: 400,
    headers: { 'content-type': 'text/event-stream' },
    body: { error: refusal(message) },
  }))
  const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
  const response = await post(proxy, chat({}, { stream }))
  const { error } = (await response.json()) as ErrorResponse
  await proxy.close()
  await gemini.close()
  expect([response.status, error.code, error.param]).toEqual([400, 'invalid_request', 'seed'])
  expect(error.message).toBe(`Gemini refused the request: ${message}`)
})

test.each([false, true])('an error that quotes the client does not disable the keys, with stream: %s', async (stream) => {
  const level = 'please pass a valid API key'
  const message = `Invalid value at 'generation_config.thinking_config.thinking_level' (type.googleapis.com/ThinkingLevel), "${level}"`
  const gemini = await startScriptedGemini(() => ({ status: 400, body: { error: refusal(message) } }))
  const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', GEMINI_API_KEY: 'first-key,second-key' })
  const response = await post(proxy, chat({}, { stream, extra_body: { google: { thinking_config: { thinking_level: level } } } }))
  const { error } = (await response.json()) as ErrorResponse
  await proxy.close()
  await gemini.close()
  expect([response.status, error.code, error.param]).toEqual([400, 'invalid_request', 'extra_body.google.thinking_config.thinking_level'])
  expect(gemini.requests).toHaveLength(1)
})
