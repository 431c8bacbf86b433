import type { FastifyReply } from 'fastify'
import { ApiError, apiError, toErrorResponse } from '../../contract/errors.js'
import type { Exchange } from '../exchange/exchange.js'

/** Converts any error to one for the client: Fastify's refusal of a body, or a bug. */
export function toApiFailure(error: unknown, bodyLimitBytes: number): ApiError {
  if (error instanceof ApiError) return error
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return requestTooLarge(bodyLimitBytes)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return apiError('unsupported_media_type')
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    return apiError('invalid_value', 'The length of the request body differs from its Content-Length header.')
  const isBadBody = error instanceof SyntaxError || statusCode === 400 || String(code).startsWith('FST_ERR_CTP')
  return apiError(isBadBody ? 'invalid_json' : 'internal_error', undefined, { cause: error })
}

/** 413 `request_too_large`. */
export const requestTooLarge = (limitBytes: number): ApiError =>
  apiError('request_too_large', `The request body is larger than ${limitBytes} bytes. Send a smaller one.`)

/** Sends a failure as JSON. */
export function answerFailure(reply: FastifyReply, exchange: Exchange, failure: ApiError): FastifyReply {
  exchange.failure = failure
  return reply
    .code(failure.status)
    .headers(toFailureHeaders(failure))
    .type('application/json; charset=utf-8')
    .send(toErrorResponse(failure))
}

/** The response headers of a failure. */
export const toFailureHeaders = ({ headers, retryAfterSeconds, isRetryable }: ApiError): Record<string, string> => ({
  ...headers,
  ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  ...(isRetryable ? {} : { 'x-should-retry': 'false' }),
})
