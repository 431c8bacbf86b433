import type { FastifyReply } from 'fastify'
import {
  ApiError,
  internalError,
  invalidJson,
  invalidRequest,
  requestTooLarge,
  toErrorResponse,
  unsupportedMediaType,
} from '../../contract/errors.js'
import type { Exchange } from '../hooks/exchange.js'

/** Gives every failure the client's words. What is not an {@link ApiError} is our bug, or Fastify's refusal of a body. */
export function toApiFailure(error: unknown, bodyLimitBytes: number): ApiError {
  if (error instanceof ApiError) return error
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return requestTooLarge(bodyLimitBytes)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedMediaType()
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return invalidRequest('invalid_value', 'The body is not as long as Content-Length says.')
  if (error instanceof SyntaxError || (typeof code === 'string' && code.startsWith('FST_ERR_CTP'))) return invalidJson(error)
  if (statusCode === 400) return invalidJson(error)
  return internalError(error)
}

/** Answers a failure as JSON. */
export function answerFailure(reply: FastifyReply, exchange: Exchange, failure: ApiError): FastifyReply {
  exchange.failure = failure
  return reply
    .code(failure.status)
    .headers(toFailureHeaders(failure))
    .type('application/json; charset=utf-8')
    .send(toErrorResponse(failure))
}

/** The headers that a failure brings along. */
export const toFailureHeaders = ({ headers, retryAfterSeconds, isRetryable }: ApiError): Record<string, string> => ({
  ...headers,
  ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  ...(isRetryable ? {} : { 'x-should-retry': 'false' }),
})
