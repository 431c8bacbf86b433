import type { ErrorResponse } from './types.js'

/** The kinds of error OpenAI's clients know, as written in `error.type`. */
export type ErrorType = 'invalid_request_error' | 'rate_limit_exceeded' | 'insufficient_quota' | 'server_error'

/** What an {@link ApiError} may carry besides its message. */
export interface ApiErrorDetails {
  /** Path of the offending field, such as `messages[0].content`. */
  readonly param?: string | null
  /** What went wrong underneath. For the log only; never leaves the process. */
  readonly cause?: unknown
  /** Seconds after which a retry makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** False where no retry can mend it; sent as `x-should-retry: false`. */
  readonly isRetryable?: boolean
  /** Further response headers, such as `allow`. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A failure in the client's words: the only kind of error that is answered as it stands.
 *
 * Its four public fields become OpenAI's error object. Everything else that is thrown is
 * answered as `internal_error` without a detail.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly param: string | null
  readonly retryAfterSeconds: number | undefined
  readonly isRetryable: boolean
  readonly headers: Readonly<Record<string, string>>

  constructor(
    readonly status: number,
    readonly type: ErrorType,
    readonly code: string | null,
    message: string,
    details: ApiErrorDetails = {},
  ) {
    super(message, { cause: details.cause })
    this.param = details.param ?? null
    this.retryAfterSeconds = details.retryAfterSeconds
    this.isRetryable = details.isRetryable ?? true
    this.headers = details.headers ?? {}
  }
}

const refusal = (status: number, code: string | null, message: string, details: ApiErrorDetails = {}): ApiError =>
  new ApiError(status, 'invalid_request_error', code, message, details)

/** 400: the request breaks the contract, or asks for what cannot be done. */
export const invalidRequest = (code: string, message: string, param: string | null = null, cause?: unknown): ApiError =>
  refusal(400, code, message, { param, cause })

/** 400 `unsupported_value`: a legal OpenAI value whose meaning Gemini cannot honour. */
export const unsupportedValue = (param: string, message: string): ApiError => invalidRequest('unsupported_value', message, param)

/** 401: no bearer token was sent. */
export const missingApiKey = (): ApiError =>
  refusal(401, null, 'No API key was sent. Send it as `Authorization: Bearer <token>`.', { headers: { 'www-authenticate': 'Bearer' } })

/** 401 `invalid_api_key`: the bearer token is not one of ours. */
export const invalidApiKey = (): ApiError =>
  refusal(401, 'invalid_api_key', 'The API key is not valid for this proxy. It must be one of the tokens set by the operator.', {
    headers: { 'www-authenticate': 'Bearer' },
  })

/** 401 `invalid_api_key` on the page of metrics, whose token is not always a caller's. */
export const invalidMetricsToken = (): ApiError =>
  refusal(
    401,
    'invalid_api_key',
    'The token does not open the metrics. It is METRICS_TOKEN, or the AUTH_TOKEN where that is the only one.',
    {
      headers: { 'www-authenticate': 'Bearer' },
    },
  )

/** 404 `model_not_found`. */
export const modelNotFound = (
  model: string,
  hint = 'GET /v1/models lists the models that this proxy serves; its operator can map other names with MODEL_ALIASES.',
): ApiError =>
  refusal(404, 'model_not_found', `The model '${model.slice(0, 100)}' does not exist. ${hint}`, { param: 'model', isRetryable: false })

/** 404 `model_not_found` for a model that exists and does something else; `does` completes the sentence "The model …". */
export const modelUnsuited = (model: string, does: string): ApiError =>
  refusal(404, 'model_not_found', `The model '${model.slice(0, 100)}' ${does}`, { param: 'model', isRetryable: false })

/** 404 `unknown_url`: no operation has this path. */
export const unknownUrl = (method: string): ApiError =>
  refusal(
    404,
    'unknown_url',
    `There is no such URL for ${method}. The base URL for OpenAI clients is this host followed by /v1; it has /chat/completions, /responses, /embeddings and /models. GET /openapi.json describes them.`,
  )

/** 405 `method_not_allowed`. `allow` lists the methods of the path. */
export const methodNotAllowed = (method: string, allow: string): ApiError =>
  refusal(405, 'method_not_allowed', `${method} is not allowed here. Allowed: ${allow}.`, { headers: { allow } })

/** 413 `request_too_large`. */
export const requestTooLarge = (limitBytes: number): ApiError =>
  refusal(413, 'request_too_large', `The request body is larger than ${limitBytes} bytes.`)

/** 415 `unsupported_media_type`. */
export const unsupportedMediaType = (): ApiError =>
  refusal(415, 'unsupported_media_type', 'The request body must be JSON: send `Content-Type: application/json`.')

/** 400 `invalid_json`. */
export const invalidJson = (cause?: unknown): ApiError => invalidRequest('invalid_json', 'The request body is not valid JSON.', null, cause)

/** 404 `stream_not_found`: there is nothing to resume; `why` completes the answer. */
export const streamNotFound = (why = 'There is no such stream to resume, or no more. Send the request again for a new answer.'): ApiError =>
  refusal(404, 'stream_not_found', why, { isRetryable: false })

/** 404 `response_not_found`: nothing is kept under this id. */
export const responseNotFound = (why = 'There is no such response, or no more.'): ApiError =>
  refusal(404, 'response_not_found', why, { isRetryable: false })

/** 404 `previous_response_not_found`. */
export const previousResponseNotFound = (): ApiError =>
  refusal(404, 'previous_response_not_found', 'The previous response is not kept, or no more. Send the whole conversation as `input`.', {
    param: 'previous_response_id',
    isRetryable: false,
  })

/** 404 `item_not_found`: an item is only referred to, and not kept. */
export const itemNotFound = (param: string): ApiError =>
  refusal(404, 'item_not_found', 'The item is not kept, or no more. Send the item itself.', { param, isRetryable: false })

const serverError = (status: number, code: string, message: string, details: ApiErrorDetails = {}): ApiError =>
  new ApiError(status, 'server_error', code, message, details)

/** 500 `internal_error`: our bug. The cause stays in the log. */
export const internalError = (cause: unknown): ApiError =>
  serverError(500, 'internal_error', 'The proxy failed to process the request. The request id identifies it in the log.', { cause })

/** 502 `upstream_error`: Gemini failed, or broke off. */
export const upstreamError = (message: string, details: ApiErrorDetails = {}): ApiError =>
  serverError(502, 'upstream_error', message, details)

/** 502 `upstream_auth_error`: the operator's Gemini key or project is at fault, never the caller. */
export const upstreamAuthError = (cause?: unknown): ApiError =>
  serverError(502, 'upstream_auth_error', "Gemini refused the proxy's own credentials. The operator has to check GEMINI_API_KEY.", {
    cause,
    isRetryable: false,
  })

/** 502 `upstream_region_unsupported`: Gemini does not serve the place where the proxy runs. */
export const upstreamRegionUnsupported = (cause?: unknown): ApiError =>
  serverError(
    502,
    'upstream_region_unsupported',
    "Gemini does not accept requests from the proxy's location. The operator has to deploy it in a supported region, such as Tokyo.",
    { cause, isRetryable: false },
  )

/** 502 `stream_interrupted`: the instance that made the stream has gone, and its rest with it. */
export const streamInterrupted = (): ApiError =>
  serverError(
    502,
    'stream_interrupted',
    'The instance that gave this answer has gone before its end. Send the request again for a new answer.',
  )

/** 503 `upstream_overloaded`. */
export const upstreamOverloaded = (cause?: unknown, retryAfterSeconds = 5): ApiError =>
  serverError(503, 'upstream_overloaded', 'The model is overloaded at Gemini. Try again in a moment.', { cause, retryAfterSeconds })

/** 503 `server_overloaded`: this instance holds as much as it can. */
export const serverOverloaded = (): ApiError =>
  serverError(503, 'server_overloaded', 'This instance is busy. Send the request again in a moment.', { retryAfterSeconds: 1 })

/** 503 `server_overloaded`: what all instances keep cannot be asked for, and may well be there. */
export const storeOutOfReach = (): ApiError =>
  serverError(503, 'server_overloaded', 'What is kept cannot be looked up at this moment. Send the request again in a moment.', {
    retryAfterSeconds: 1,
  })

/** 503 `shutting_down`: this instance is about to stop. */
export const shuttingDown = (): ApiError =>
  serverError(503, 'shutting_down', 'This instance is shutting down. Send the request again.', { retryAfterSeconds: 1 })

/** 504 `upstream_timeout`. */
export const upstreamTimeout = (message: string, cause?: unknown): ApiError => serverError(504, 'upstream_timeout', message, { cause })

/** 429 `rate_limit_exceeded`: ours, or Gemini's limit for each minute. */
export const rateLimitExceeded = (message: string, retryAfterSeconds: number | undefined, cause?: unknown): ApiError =>
  new ApiError(429, 'rate_limit_exceeded', 'rate_limit_exceeded', message, {
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })

/** 429 `insufficient_quota`: a daily or zero quota, or spent credit. No retry mends it before its end, which may be known. */
export const insufficientQuota = (message: string, cause?: unknown, retryAfterSeconds?: number): ApiError =>
  new ApiError(429, 'insufficient_quota', 'insufficient_quota', message, {
    cause,
    isRetryable: false,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })

/** The body that tells a client of a failure, in an answer and in a stream's last event alike. */
export const toErrorResponse = ({ message, type, param, code }: ApiError): ErrorResponse => ({ error: { message, type, param, code } })

/** A failure of a stream that has begun; foreign errors are told as the upstream's. */
export const toStreamFailure = (error: unknown): ApiError =>
  error instanceof ApiError ? error : upstreamError('The stream broke off.', { cause: error })

/** Why a request's signal aborted when its client closed the connection; nobody is left to be answered. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'

  constructor() {
    super('the client closed the connection')
  }
}
