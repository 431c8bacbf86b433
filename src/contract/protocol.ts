import { type ApiError, toErrorResponse } from './errors.js'
import type { AnthropicErrorResponse, ErrorResponse, GoogleErrorResponse } from './types.js'

/**
 * The API of a request; failures are sent in its format. Google's Interactions API is separate from
 * `google`: its error codes are strings, and Google's SDKs reject numbers there.
 */
export type Protocol = 'openai' | 'anthropic' | 'google' | 'interactions'

/** True for both of Google's APIs: Gemini (`google`) and Interactions. */
export const isGoogleProtocol = (protocol: Protocol): boolean => protocol === 'google' || protocol === 'interactions'

type AnthropicType = AnthropicErrorResponse['error']['type']
type GoogleStatus = NonNullable<GoogleErrorResponse['error']['status']>

/** Anthropic's HTTP status for an overload; its SDKs and Claude Code then wait and retry. */
const OVERLOADED = 529

/** Anthropic's `error.type` by HTTP status; other statuses below 500 are invalid requests. */
const ANTHROPIC_TYPES: Readonly<Partial<Record<number, AnthropicType>>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  501: 'not_supported',
  503: 'overloaded_error',
  504: 'timeout_error',
}

/** Google's `error.status` by HTTP status; other statuses below 500 are invalid arguments. */
const GOOGLE_STATUSES: Readonly<Partial<Record<number, GoogleStatus>>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  426: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/** Returns the HTTP status of a failure; in Anthropic's API, 529 instead of 503. */
export const toStatus = (protocol: Protocol, { status }: ApiError): number =>
  protocol === 'anthropic' && status === 503 ? OVERLOADED : status

/** Makes the JSON body of a failure in the format of the given API. */
export function toFailureBody(
  protocol: Protocol,
  failure: ApiError,
  requestId: string,
): ErrorResponse | AnthropicErrorResponse | GoogleErrorResponse {
  if (protocol === 'anthropic') return toAnthropicError(failure, requestId)
  if (protocol === 'interactions') return toInteractionError(failure)
  return protocol === 'google' ? toGoogleError(failure) : toErrorResponse(failure)
}

/** Makes the JSON of a failure in Anthropic's format, for a response or a stream's last event. */
export const toAnthropicError = (failure: ApiError, requestId: string): AnthropicErrorResponse => ({
  type: 'error',
  error: {
    type: anthropicTypeOf(failure),
    message: failure.message,
    ...(failure.code === null ? {} : { details: toAnthropicDetails(failure.code, failure) }),
  },
  request_id: requestId,
})

function anthropicTypeOf({ status, code }: ApiError): AnthropicType {
  // Anthropic clients show the message of a `billing_error` unchanged, and do not retry.
  if (code === 'insufficient_quota') return 'billing_error'
  return ANTHROPIC_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

const toAnthropicDetails = (code: string, { param }: ApiError): NonNullable<AnthropicErrorResponse['error']['details']> => ({
  error_code: code,
  // Anthropic's SDKs read this list of unsupported thread features; an empty one means all.
  ...(code === 'thread_unsupported_request' ? { unsupported: [] } : {}),
  ...(param === null ? {} : { param }),
})

/** Makes the JSON body of a failure in Google's format. */
export const toGoogleError = (failure: ApiError): GoogleErrorResponse => {
  const { status, message, code, retryAfterSeconds } = failure
  const details = [
    ...(code === null ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase(), domain: 'gemini-proxy' }]),
    ...(retryAfterSeconds === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }]),
  ]
  return { error: { code: status, message, status: googleStatusOf(failure), ...(details.length === 0 ? {} : { details }) } }
}

/** Makes the JSON of a failure in Google's Interactions API, for responses and error events. */
export const toInteractionError = (failure: ApiError): GoogleErrorResponse => {
  const { error } = toGoogleError(failure)
  return { error: { ...error, code: failure.code ?? googleStatusOf(failure).toLowerCase() } }
}

function googleStatusOf({ status, code, isRetryable }: ApiError): GoogleStatus {
  // Clients must not retry these errors: the operator must change the key, project or region.
  if (code === 'upstream_auth_error' || code === 'upstream_region_unsupported') return 'FAILED_PRECONDITION'
  if (status === 502) return isRetryable ? 'UNAVAILABLE' : 'INTERNAL'
  return GOOGLE_STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
}
