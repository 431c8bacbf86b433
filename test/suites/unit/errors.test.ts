import { describe, expect, test } from 'vitest'
import * as errors from '../../../src/contract/errors.js'
import { toFailureHeaders } from '../../../src/http/answer/failure.js'

const CAUSE = new Error('canary of the cause')

type Row = readonly [
  what: string,
  failure: errors.ApiError,
  status: number,
  type: string,
  code: string | null,
  headers: Readonly<Record<string, string>>,
]

const BEARER = { 'www-authenticate': 'Bearer' }
const NO_RETRY = { 'x-should-retry': 'false' }

const ROWS: readonly Row[] = [
  ['invalidRequest', errors.invalidRequest('invalid_type', 'm', 'a[0].b', CAUSE), 400, 'invalid_request_error', 'invalid_type', {}],
  ['unsupportedValue', errors.unsupportedValue('n', 'm'), 400, 'invalid_request_error', 'unsupported_value', {}],
  ['invalidJson', errors.invalidJson(CAUSE), 400, 'invalid_request_error', 'invalid_json', {}],
  ['missingApiKey', errors.missingApiKey(), 401, 'invalid_request_error', null, BEARER],
  ['invalidApiKey', errors.invalidApiKey(), 401, 'invalid_request_error', 'invalid_api_key', BEARER],
  ['unknownUrl', errors.unknownUrl('GET'), 404, 'invalid_request_error', 'unknown_url', {}],
  [
    'methodNotAllowed',
    errors.methodNotAllowed('PUT', 'GET, HEAD'),
    405,
    'invalid_request_error',
    'method_not_allowed',
    { allow: 'GET, HEAD' },
  ],
  ['requestTooLarge', errors.requestTooLarge(5), 413, 'invalid_request_error', 'request_too_large', {}],
  ['unsupportedMediaType', errors.unsupportedMediaType(), 415, 'invalid_request_error', 'unsupported_media_type', {}],
  ['rateLimitExceeded', errors.rateLimitExceeded('m', 7, CAUSE), 429, 'rate_limit_exceeded', 'rate_limit_exceeded', { 'retry-after': '7' }],
  ['rateLimitExceeded without a time', errors.rateLimitExceeded('m', undefined), 429, 'rate_limit_exceeded', 'rate_limit_exceeded', {}],
  ['insufficientQuota', errors.insufficientQuota('m', CAUSE), 429, 'insufficient_quota', 'insufficient_quota', NO_RETRY],
  ['internalError', errors.internalError(CAUSE), 500, 'server_error', 'internal_error', {}],
  ['upstreamError', errors.upstreamError('m', { cause: CAUSE }), 502, 'server_error', 'upstream_error', {}],
  ['upstreamAuthError', errors.upstreamAuthError(CAUSE), 502, 'server_error', 'upstream_auth_error', NO_RETRY],
  ['upstreamRegionUnsupported', errors.upstreamRegionUnsupported(CAUSE), 502, 'server_error', 'upstream_region_unsupported', NO_RETRY],
  ['upstreamOverloaded', errors.upstreamOverloaded(CAUSE), 503, 'server_error', 'upstream_overloaded', { 'retry-after': '5' }],
  ['shuttingDown', errors.shuttingDown(), 503, 'server_error', 'shutting_down', { 'retry-after': '1' }],
  ['upstreamTimeout', errors.upstreamTimeout('m', CAUSE), 504, 'server_error', 'upstream_timeout', {}],
]

describe('a failure', () => {
  test.each(ROWS)('%s has its status, type, code and headers', (_what, failure, status, type, code, headers) => {
    expect(failure.status).toBe(status)
    expect(errors.toErrorResponse(failure).error).toEqual({ message: failure.message, type, param: failure.param, code })
    expect(toFailureHeaders(failure)).toEqual(headers)
  })

  test.each(ROWS)('%s tells the client nothing of its cause', (_what, failure) => {
    expect(JSON.stringify([errors.toErrorResponse(failure), toFailureHeaders(failure)])).not.toContain('canary')
  })

  test.each(ROWS)('%s speaks in sentences', (_what, { message }) => {
    expect(message === 'm' || /^[A-Z].*\.$/.test(message)).toBe(true)
  })

  test('of an unknown model cuts a long name', () => {
    const { error } = errors.toErrorResponse(errors.modelNotFound('x'.repeat(10_000)))
    expect(error).toMatchObject({ param: 'model', code: 'model_not_found' })
    expect(error.message.length).toBeLessThan(300)
  })
})
