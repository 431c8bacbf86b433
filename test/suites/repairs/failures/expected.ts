import type { ErrorName } from '../../../doubles/simulator/errors.js'
import { isOnNative } from '../../../support/upstreamApi.js'

/** What a client receives for one failure of Gemini. */
export interface ExpectedError {
  readonly status: number
  readonly type: string
  readonly code: string
  readonly param: string | null
  readonly retryAfter: string | null
  /** False if no retry can succeed. */
  readonly isRetryable: boolean
}

const expectedError = (status: number, type: string, code: string, more: Partial<ExpectedError> = {}): ExpectedError => ({
  status,
  type,
  code,
  param: null,
  retryAfter: null,
  isRetryable: true,
  ...more,
})
const FINAL = { isRetryable: false } as const
const KEY = expectedError(502, 'server_error', 'upstream_auth_error', FINAL)
const REGION = expectedError(502, 'server_error', 'upstream_region_unsupported', FINAL)
const REFUSED = expectedError(400, 'invalid_request_error', 'invalid_request', FINAL)
const GONE = expectedError(404, 'invalid_request_error', 'model_not_found', { param: 'model', ...FINAL })
const SPENT = expectedError(429, 'insufficient_quota', 'insufficient_quota', FINAL)
const FAILED = expectedError(502, 'server_error', 'upstream_error')
const BUSY = expectedError(503, 'server_error', 'upstream_overloaded', { retryAfter: '5' })
const limited = (retryAfter: string | null): ExpectedError =>
  expectedError(429, 'rate_limit_exceeded', 'rate_limit_exceeded', { retryAfter })

/** Every known error of Google with its response. */
export const EXPECTED_ERRORS = {
  'missing-authorization': KEY,
  'invalid-authorization': KEY,
  'multiple-credentials': KEY,
  invalid: KEY,
  'invalid-long': KEY,
  'key-not-found': KEY,
  expired: KEY,
  'token-type': KEY,
  leaked: KEY,
  denied: KEY,
  unregistered: KEY,
  disabled: KEY,
  region: REGION,
  'free-tier-region': REGION,
  'model-not-specified': REFUSED,
  // The native API names its own field, which no client has sent, so that there is no `param`.
  'unknown-field': { ...REFUSED, param: isOnNative ? null : 'frequency_penalty' },
  'multiple-candidates': REFUSED,
  'one-candidate': REFUSED,
  penalty: REFUSED,
  'thinking-level-minimal': REFUSED,
  'thinking-level': REFUSED,
  'thinking-budget-zero': REFUSED,
  'missing-signature': REFUSED,
  'function-call-turn': REFUSED,
  'model-turn-last': REFUSED,
  'no-contents': { ...REFUSED, param: isOnNative ? 'messages' : null },
  'audio-format': REFUSED,
  'tools-with-json': REFUSED,
  'invalid-argument': REFUSED,
  prepaid: SPENT,
  'not-found': GONE,
  retired: GONE,
  closed: GONE,
  'quota-minute': limited('41'),
  'quota-paid': limited('48'),
  'quota-second': limited('2'),
  'quota-text-only': limited('8'),
  'quota-day': SPENT,
  'quota-zero': SPENT,
  'quota-bare': limited(null),
  'no-credit': SPENT,
  cancelled: FAILED,
  internal: FAILED,
  'internal-short': FAILED,
  'bad-gateway': FAILED,
  unavailable: BUSY,
  overloaded: BUSY,
  deadline: expectedError(504, 'server_error', 'upstream_timeout'),
} as const satisfies Record<ErrorName, ExpectedError>

/** The errors for which no retry can succeed. */
// The cast is safe: these are the keys of EXPECTED_ERRORS.
export const LASTING: readonly ErrorName[] = (Object.keys(EXPECTED_ERRORS) as ErrorName[]).filter(
  (name) => !EXPECTED_ERRORS[name].isRetryable,
)

/**
 * Returns the expected error for an HTML page from Google's front end. Its text and most of its
 * statuses say nothing about the request.
 */
export function expectedPageError(status: number): ExpectedError {
  if (status === 429) return limited(null)
  if (status === 503) return BUSY
  if (status === 504) return EXPECTED_ERRORS.deadline
  return status >= 500 ? FAILED : { ...FAILED, ...FINAL }
}
