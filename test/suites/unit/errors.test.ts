import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ApiError, apiError, ERRORS, type ErrorName, type ErrorRow, toErrorResponse } from '../../../src/contract/errors.js'
import { requestTooLarge, toFailureHeaders } from '../../../src/http/answer/failure.js'
import { modelNotFoundError } from '../../../src/upstream/failures/modelNotFound.js'

const CAUSE = new Error('canary of the cause')
const INVALID = 'invalid_request_error'
const BEARER = { 'www-authenticate': 'Bearer' }
const NO_RETRY = { 'x-should-retry': 'false' }
const after = (seconds: number) => ({ 'retry-after': String(seconds) })

type Wire = readonly [status: number, type: string, code: string | null, headers?: Readonly<Record<string, string>>]

/**
 * The expected response for each error, written by hand, so that a change of the error table makes
 * this test fail.
 */
const WIRE: Readonly<Record<ErrorName, Wire>> = {
  invalid_type: [400, INVALID, 'invalid_type'],
  invalid_value: [400, INVALID, 'invalid_value'],
  missing_required_parameter: [400, INVALID, 'missing_required_parameter'],
  moderation_blocked: [400, INVALID, 'moderation_blocked', NO_RETRY],
  unsupported_value: [400, INVALID, 'unsupported_value'],
  empty_array: [400, INVALID, 'empty_array'],
  array_too_long: [400, INVALID, 'array_too_long'],
  string_too_short: [400, INVALID, 'string_too_short'],
  decimal_below_min_value: [400, INVALID, 'decimal_below_min_value'],
  decimal_above_max_value: [400, INVALID, 'decimal_above_max_value'],
  integer_below_min_value: [400, INVALID, 'integer_below_min_value'],
  integer_above_max_value: [400, INVALID, 'integer_above_max_value'],
  invalid_json: [400, INVALID, 'invalid_json'],
  invalid_http: [400, INVALID, 'invalid_value'],
  invalid_request: [400, INVALID, 'invalid_request', NO_RETRY],
  context_length_exceeded: [400, INVALID, 'context_length_exceeded', NO_RETRY],
  missing_api_key: [401, INVALID, null, BEARER],
  invalid_api_key: [401, INVALID, 'invalid_api_key', BEARER],
  thread_unsupported_request: [400, INVALID, 'thread_unsupported_request', NO_RETRY],
  model_not_found: [404, INVALID, 'model_not_found', NO_RETRY],
  unknown_url: [404, INVALID, 'unknown_url'],
  stream_not_found: [404, INVALID, 'stream_not_found', NO_RETRY],
  response_not_found: [404, INVALID, 'response_not_found', NO_RETRY],
  previous_response_not_found: [404, INVALID, 'previous_response_not_found', NO_RETRY],
  file_not_found: [404, INVALID, 'file_not_found', NO_RETRY],
  item_not_found: [404, INVALID, 'item_not_found', NO_RETRY],
  method_not_allowed: [405, INVALID, 'method_not_allowed'],
  request_timeout: [408, INVALID, 'invalid_value'],
  request_too_large: [413, INVALID, 'request_too_large'],
  unsupported_media_type: [415, INVALID, 'unsupported_media_type'],
  websocket_unsupported: [426, INVALID, 'websocket_unsupported', { connection: 'close', ...NO_RETRY }],
  rate_limit_exceeded: [429, 'rate_limit_exceeded', 'rate_limit_exceeded'],
  insufficient_quota: [429, 'insufficient_quota', 'insufficient_quota', NO_RETRY],
  headers_too_large: [431, INVALID, 'request_too_large'],
  internal_error: [500, 'server_error', 'internal_error'],
  not_supported: [501, 'server_error', 'not_supported', NO_RETRY],
  upstream_error: [502, 'server_error', 'upstream_error'],
  malformed_function_call: [502, 'server_error', 'malformed_function_call'],
  stream_interrupted: [502, 'server_error', 'stream_interrupted'],
  upstream_auth_error: [502, 'server_error', 'upstream_auth_error', NO_RETRY],
  upstream_region_unsupported: [502, 'server_error', 'upstream_region_unsupported', NO_RETRY],
  upstream_overloaded: [503, 'server_error', 'upstream_overloaded', after(5)],
  server_overloaded: [503, 'server_error', 'server_overloaded', after(1)],
  store_unavailable: [503, 'server_error', 'server_overloaded', after(1)],
  shutting_down: [503, 'server_error', 'shutting_down', after(1)],
  upstream_timeout: [504, 'server_error', 'upstream_timeout'],
}

function make(name: ErrorName): ApiError {
  const { message = 'It failed.' }: ErrorRow = ERRORS[name]
  return apiError(name, message, { cause: CAUSE })
}
const ROWS = (Object.keys(ERRORS) as ErrorName[]).map((name) => [name, make(name), WIRE[name]] as const)

interface ExampleError {
  readonly message: string
  readonly code?: string | null
  readonly details?: { readonly error_code: string }
}
type Examples = Readonly<Record<string, { readonly value: { readonly error: ExampleError } }>>
type Responses = Readonly<Record<string, { readonly content?: { readonly 'application/json': { readonly examples?: Examples } } }>>
const CONTRACT = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8')) as {
  readonly components: { readonly responses: Responses }
}
const EXAMPLES = Object.values(CONTRACT.components.responses).flatMap(({ content }) =>
  Object.values(content?.['application/json'].examples ?? {}).map(({ value: { error } }) => ({
    message: error.message,
    code: error.code ?? error.details?.error_code ?? null,
  })),
)

describe('an error', () => {
  test.each(ROWS)('%s has its status, type, code and headers', (_name, failure, [status, type, code, headers = {}]) => {
    expect(failure.status).toBe(status)
    expect(toErrorResponse(failure).error).toEqual({ message: failure.message, type, param: null, code })
    expect(toFailureHeaders(failure)).toEqual(headers)
  })

  test.each(ROWS)('%s reveals nothing of its cause to the client', (_name, failure) => {
    expect(failure.cause).toBe(CAUSE)
    expect(JSON.stringify([toErrorResponse(failure), toFailureHeaders(failure)])).not.toContain('canary')
  })

  test.each(ROWS)('%s has a message of complete sentences', (_name, { message }) => {
    expect(message).toMatch(/^[A-Z].*\.$/)
  })

  test.each(ROWS)('%s is documented in the contract, with its message', (name, { code, message }) => {
    const messages = EXAMPLES.filter((example) => example.code === code).map((example) => example.message)
    expect(messages).not.toEqual([])
    if (code === null || (code === name && 'message' in ERRORS[name])) expect(messages).toContain(message)
  })

  test('has the given message, parameter and headers', () => {
    const failure = apiError('rate_limit_exceeded', 'Wait.', {
      param: 'a[0].b',
      retryAfterSeconds: 7,
      headers: { allow: 'GET' },
      isRetryable: false,
    })
    expect(toErrorResponse(failure).error).toMatchObject({ message: 'Wait.', param: 'a[0].b' })
    expect(toFailureHeaders(failure)).toEqual({ allow: 'GET', 'retry-after': '7', 'x-should-retry': 'false' })
  })

  test('retains everything else when its parameter is renamed', () => {
    const failure = apiError('upstream_error', 'It failed.', { cause: CAUSE, retryAfterSeconds: 7, isRetryable: false, param: 'messages' })
    expect(failure.withParam('input')).toEqual(Object.assign(failure, { param: 'input' }))
    expect(failure.withParam('input').cause).toBe(CAUSE)
  })

  test('for a too large body names the limit', () => {
    expect(requestTooLarge(5).message).toContain('5 bytes')
  })

  test('for an unknown model shortens a long name', () => {
    const { error } = toErrorResponse(modelNotFoundError('x'.repeat(10_000)))
    expect(error).toMatchObject({ param: 'model', code: 'model_not_found' })
    expect(error.message.length).toBeLessThan(300)
  })
})
