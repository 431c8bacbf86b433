import type { ErrorResponse } from './types.js'

/** OpenAI's classes of errors: the possible values of `error.type`. */
export type ErrorType = ErrorResponse['error']['type']

/** Details of one {@link ApiError}; its row of {@link ERRORS} has the defaults. */
export interface ApiErrorDetails {
  /** Path of the offending field, such as `messages[0].content`. */
  readonly param?: string | null
  /** The underlying error. For the log only; never sent to a client. */
  readonly cause?: unknown
  /** Seconds after which a retry makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined
  /** False if a retry cannot succeed; sent as `x-should-retry: false`. */
  readonly isRetryable?: boolean
  /** Further response headers, such as `allow`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One row of {@link ERRORS}: the status, type and defaults of one kind of failure. */
export interface ErrorRow extends Pick<ApiErrorDetails, 'retryAfterSeconds' | 'isRetryable' | 'headers'> {
  readonly status: number
  readonly type: ErrorType
  /** `error.code` of the response, if it differs from the name of the row; null for no code. */
  readonly code?: string | null
  /** Default message to the client, which the code that makes the error may replace. */
  readonly message?: string
}

const INVALID = { status: 400, type: 'invalid_request_error' } as const
const UNAUTHORIZED = { status: 401, type: 'invalid_request_error', headers: { 'www-authenticate': 'Bearer' } } as const
const NOT_FOUND = { status: 404, type: 'invalid_request_error', isRetryable: false } as const
const BAD_GATEWAY = { status: 502, type: 'server_error' } as const
const BUSY = { status: 503, type: 'server_error', retryAfterSeconds: 1 } as const

/** Every failure that a client can get, by name. `error.code` is that name unless `code` is set. */
export const ERRORS = {
  invalid_type: INVALID,
  invalid_value: INVALID,
  missing_required_parameter: INVALID,
  unsupported_value: INVALID,
  empty_array: INVALID,
  array_too_long: INVALID,
  string_too_short: INVALID,
  decimal_below_min_value: INVALID,
  decimal_above_max_value: INVALID,
  integer_below_min_value: INVALID,
  integer_above_max_value: INVALID,
  invalid_json: { ...INVALID, message: 'The request body is not valid JSON.' },
  invalid_http: { ...INVALID, code: 'invalid_value', message: 'The request is not valid HTTP/1.1.' },
  // The request is valid by the contract, but Gemini refuses it.
  invalid_request: { ...INVALID, isRetryable: false },
  // The prompt exceeds the context window. On this code, agents compact the conversation.
  context_length_exceeded: { ...INVALID, isRetryable: false },
  // Gemini generated no image, or withheld it: OpenAI's Images API uses this code for that.
  moderation_blocked: { ...INVALID, isRetryable: false },
  missing_api_key: {
    ...UNAUTHORIZED,
    code: null,
    message:
      'No API key was sent. Send one of the tokens of this proxy as `Authorization: Bearer <token>`, `x-api-key` or `x-goog-api-key`.',
  },
  invalid_api_key: {
    ...UNAUTHORIZED,
    message: 'The API key is not valid for this proxy. Use one of the tokens that its operator has configured in AUTH_TOKEN.',
  },
  // For Anthropic's API only. Its SDKs then send the whole conversation, without `thread`.
  thread_unsupported_request: {
    ...INVALID,
    isRetryable: false,
    message: 'Message threads are not supported. Send the whole conversation as `messages`, without `thread`.',
  },
  model_not_found: NOT_FOUND,
  unknown_url: {
    ...INVALID,
    status: 404,
    message:
      'This URL does not exist. The base URL for OpenAI clients is this host followed by /v1, as in /v1/chat/completions; GET /openapi.json lists every path.',
  },
  stream_not_found: {
    ...NOT_FOUND,
    message: 'This stream does not exist, has expired, or was too large to be stored. Send the request again without `Last-Event-ID`.',
  },
  response_not_found: { ...NOT_FOUND, message: 'This response does not exist, has expired, or was too large to be stored.' },
  previous_response_not_found: {
    ...NOT_FOUND,
    message: 'The previous response does not exist, has expired, or was too large to be stored. Send the whole conversation as `input`.',
  },
  item_not_found: { ...NOT_FOUND, message: 'No stored item has this id. Send the full item instead.' },
  file_not_found: {
    ...NOT_FOUND,
    message: 'No file has this id. Gemini stores files for 48 hours: upload the file again with POST /v1/files.',
  },
  method_not_allowed: { ...INVALID, status: 405 },
  request_timeout: { ...INVALID, status: 408, code: 'invalid_value', message: 'The request headers arrived too slowly.' },
  request_too_large: { ...INVALID, status: 413 },
  unsupported_media_type: {
    ...INVALID,
    status: 415,
    message: 'The request body must be JSON. Send the header `Content-Type: application/json`.',
  },
  websocket_unsupported: {
    ...INVALID,
    status: 426,
    isRetryable: false,
    headers: { connection: 'close' },
    message: 'WebSockets are not supported. Send a POST request with `stream: true` instead.',
  },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_exceeded', message: 'Gemini limits the rate of requests. Retry later.' },
  insufficient_quota: {
    status: 429,
    type: 'insufficient_quota',
    isRetryable: false,
    message: "The Gemini quota of this proxy's API keys is used up.",
  },
  headers_too_large: { ...INVALID, status: 431, code: 'request_too_large', message: 'The request headers are too large.' },
  internal_error: {
    status: 500,
    type: 'server_error',
    message: 'The proxy failed to process the request. Report the `x-request-id` of this response to its operator.',
  },
  not_supported: { status: 501, type: 'server_error', isRetryable: false },
  upstream_error: BAD_GATEWAY,
  malformed_function_call: { ...BAD_GATEWAY, message: 'Gemini generated a tool call that is not valid. Retry the request.' },
  stream_interrupted: {
    ...BAD_GATEWAY,
    message: 'The server instance generating this response stopped before it finished. Send the request again.',
  },
  upstream_auth_error: {
    ...BAD_GATEWAY,
    isRetryable: false,
    message: "Gemini rejected this proxy's credentials. Its operator must check GEMINI_API_KEY.",
  },
  upstream_region_unsupported: {
    ...BAD_GATEWAY,
    isRetryable: false,
    message: "Gemini is not available in this proxy's region. Its operator must deploy it in a supported region, such as Tokyo.",
  },
  upstream_overloaded: { ...BUSY, retryAfterSeconds: 5, message: 'The model is overloaded at Gemini. Retry in a few seconds.' },
  server_overloaded: { ...BUSY, message: 'This server instance is at its capacity. Retry shortly.' },
  store_unavailable: { ...BUSY, code: 'server_overloaded', message: 'The response store is temporarily unavailable. Retry shortly.' },
  shutting_down: { ...BUSY, message: 'This server instance is shutting down. Retry the request.' },
  upstream_timeout: { status: 504, type: 'server_error' },
} as const satisfies Readonly<Record<string, ErrorRow>>

type Errors = typeof ERRORS
/** The name of a failure: a key of {@link ERRORS}. */
export type ErrorName = keyof Errors
type CodeOf<Name extends ErrorName> = Errors[Name] extends { code: infer Code } ? Code : Name
/** The possible values of `error.code`. */
export type ErrorCode = Exclude<{ [Name in ErrorName]: CodeOf<Name> }[ErrorName], null>
/** The names of the failures that have a default message. */
type ErrorNameWithMessage = { [Name in ErrorName]: Errors[Name] extends { message: string } ? Name : never }[ErrorName]

/** An error for the client. toApiFailure and toStreamFailure convert any other error to one. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly type: ErrorType
  /** `error.code` of the response; null if the client sent no API key. */
  readonly code: ErrorCode | null
  readonly param: string | null
  readonly retryAfterSeconds: number | undefined
  readonly isRetryable: boolean
  readonly headers: Readonly<Record<string, string>>

  constructor(
    private readonly row: ErrorName,
    message: string | undefined,
    details: ApiErrorDetails,
  ) {
    const { status, type, code, ...defaults }: ErrorRow = ERRORS[row]
    super(message ?? defaults.message, { cause: details.cause })
    this.status = status
    this.type = type
    // The cast is safe: ErrorCode has every name and `code` of the ERRORS table.
    this.code = (code === undefined ? row : code) as ErrorCode | null
    this.param = details.param ?? null
    this.retryAfterSeconds = details.retryAfterSeconds ?? defaults.retryAfterSeconds
    this.isRetryable = details.isRetryable ?? defaults.isRetryable ?? true
    this.headers = details.headers ?? defaults.headers ?? {}
  }

  /** Returns the same failure with another message. */
  withMessage(message: string): ApiError {
    return new ApiError(this.row, message, { ...this, cause: this.cause })
  }

  /** Returns the same failure with another `param`. */
  withParam(param: string | null): ApiError {
    return new ApiError(this.row, this.message, { ...this, cause: this.cause, param })
  }
}

/** Makes an ApiError. The message describes the problem and what the client can do. */
export function apiError(name: ErrorNameWithMessage, message?: string, details?: ApiErrorDetails): ApiError
export function apiError(name: ErrorName, message: string, details?: ApiErrorDetails): ApiError
export function apiError(name: ErrorName, message?: string, details: ApiErrorDetails = {}): ApiError {
  return new ApiError(name, message, details)
}

/** True for the name of a failure in {@link ERRORS}. */
export const isErrorName = (name: string | null): name is ErrorName => name !== null && Object.hasOwn(ERRORS, name)

/** Makes the JSON of a failure in OpenAI's format, for a response or a stream's last event. */
export const toErrorResponse = ({ message, type, param, code }: ApiError): ErrorResponse => ({ error: { message, type, param, code } })

/** Returns an ApiError unchanged; converts any other error of a stream to `upstream_error`. */
export const toStreamFailure = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : apiError('upstream_error', 'The response stream was interrupted. Retry the request.', { cause: error })

/** The abort reason of a request's signal when the client has closed the connection. */
export class ClientDisconnected extends Error {
  override readonly name = 'ClientDisconnected'

  constructor() {
    super('the client closed the connection')
  }
}
