import type { FastifyReply } from 'fastify'
import { ApiError, apiError } from '../../contract/errors.js'
import { type Protocol, toFailureBody, toStatus } from '../../contract/protocol.js'
import { type ContractOperation, unsupportedType } from '../dispatch/contractOperation.js'
import type { Exchange } from '../exchange/exchange.js'

/** Converts any error to an ApiError: errors about a request body to a 4xx, others to a 500. */
export function toApiFailure(error: unknown, bodyLimitBytes: number, operation?: ContractOperation): ApiError {
  if (error instanceof ApiError) return error
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return requestTooLarge(bodyLimitBytes)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedType(operation)
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return apiError('invalid_value', 'The length of the request body differs from its Content-Length header.')
  const isBadBody = error instanceof SyntaxError || statusCode === 400 || String(code).startsWith('FST_ERR_CTP')
  return apiError(isBadBody ? 'invalid_json' : 'internal_error', undefined, { cause: error })
}

/** Makes the 413 error for a request body over BODY_LIMIT_BYTES. */
export const requestTooLarge = (limitBytes: number): ApiError =>
  apiError('request_too_large', `The request body is larger than ${limitBytes} bytes (BODY_LIMIT_BYTES). Send a smaller one.`)

/** Sends an error response as JSON, in the error format of the request's API. */
export function sendFailure(reply: FastifyReply, exchange: Exchange, failure: ApiError): FastifyReply {
  const { protocol, id } = exchange
  exchange.failure = failure
  return reply
    .code(toStatus(protocol, failure))
    .headers(toFailureHeaders(failure, protocol))
    .type('application/json; charset=utf-8')
    .send(toFailureBody(protocol, failure, id))
}

/** The headers that only error responses have, such as `retry-after`. */
export const toFailureHeaders = (
  { headers, retryAfterSeconds, isRetryable, status }: ApiError,
  protocol: Protocol = 'openai',
): Record<string, string> => ({
  ...headers,
  ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  // Sent with a 401 of the Messages API, too: Claude Code would retry a wrong token for minutes.
  ...(isRetryable && !(protocol === 'anthropic' && status === 401) ? {} : { 'x-should-retry': 'false' }),
})
