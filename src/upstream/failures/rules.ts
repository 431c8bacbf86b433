import type { CancelSignal } from '../../contract/cancelSignal.js'
import { ApiError, type ApiErrorDetails, apiError, type ErrorCode } from '../../contract/errors.js'
import { isIdleTimeout } from './connection.js'
import { type GeminiError, isPromptTooLong, isSignatureError, waitSecondsOf } from './geminiError.js'
import { isKeyUnusable, type KeyFault, quotaKindOf, toQuotaFault } from './keyFault.js'
import { modelNotFoundError } from './modelNotFound.js'
import type { Redact } from './redact.js'

/** Facts about a failure of Gemini that decide on retries and on the use of the Gemini key. */
export interface FailureFacts {
  readonly keyFault?: KeyFault | undefined
  readonly isSignatureRefused?: boolean
  readonly isSchemaTooComplex?: boolean
  /** Seconds that Gemini asks clients to wait. */
  readonly retryAfterSeconds?: number | undefined
}

/** The `cause` of an ApiError for an error of Gemini, with its redacted message, for the log. */
export class GeminiFailure extends Error {
  override readonly name = 'GeminiFailure'

  constructor(
    message: string,
    readonly facts: FailureFacts = {},
  ) {
    super(message)
  }
}

/** Returns the key fault behind an error; undefined if the key is not at fault. */
export const keyFaultOf = (error: unknown): KeyFault | undefined =>
  error instanceof ApiError && error.cause instanceof GeminiFailure ? error.cause.facts.keyFault : undefined

/** Returns the seconds to wait that Gemini named with a failure; undefined if it named none. */
export const retryDelaySecondsOf = (error: ApiError): number | undefined =>
  error.cause instanceof GeminiFailure ? error.cause.facts.retryAfterSeconds : undefined

/** True if Gemini refused a thought signature that the proxy can replace by a placeholder. */
export const isSignatureRefused = (error: ApiError): boolean =>
  error.cause instanceof GeminiFailure && error.cause.facts.isSignatureRefused === true

/** True if Gemini refused a JSON Schema as too complex ("too many states"). */
export const isSchemaTooComplex = (error: ApiError): boolean =>
  error.cause instanceof GeminiFailure && error.cause.facts.isSchemaTooComplex === true

/**
 * Translates an error that an upstream call threw, such as a lost connection, to an ApiError.
 *
 * @returns the signal's reason if the signal has aborted
 */
export function translateFailure(error: unknown, signal: CancelSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof ApiError) return error
  // JSON.stringify throws a RangeError if the request is nested so deeply that the stack overflows.
  if (error instanceof RangeError)
    return apiError('invalid_value', 'The request is nested too deeply. Use fewer levels of nesting.', { cause: error })
  const isOverdue = error instanceof DOMException && error.name === 'TimeoutError'
  if (isOverdue || isIdleTimeout(error))
    return apiError('upstream_timeout', 'Gemini sent no data for too long. Retry the request.', { cause: error })
  return apiError(
    'upstream_error',
    'The connection to Gemini failed. Retry the request. If the error persists, the operator of this proxy can find the cause with `make doctor`.',
    { cause: error },
  )
}

const TRANSIENT: ReadonlySet<ErrorCode | null> = new Set(['upstream_error', 'upstream_overloaded', 'upstream_timeout'] as const)

/**
 * True for a failure that a retry may resolve: Gemini's 500, 502, 503 and 504, a lost connection,
 * or a rate limit whose end is known. Not for an idle timeout: a second one would cost minutes.
 */
export function isTransient(error: ApiError): boolean {
  if (!error.isRetryable) return false
  if (error.code === 'rate_limit_exceeded') return error.retryAfterSeconds !== undefined
  return TRANSIENT.has(error.code) && !isIdleTimeout(error.cause)
}

/** Context of {@link toApiError}: facts about the request, and the names of its parameters. */
export interface FailureContext {
  /** The model that the client named. */
  readonly requestedModel: string
  readonly redact: Redact
  /** True if the request has thought signatures that the proxy can replace by a placeholder. */
  readonly hasReplaceableSignatures?: boolean
  /** True if the request names an item that only some keys can access, such as a file. */
  readonly namesItems?: boolean
  /**
   * Translates the path of a field in the request to Gemini, such as `contents[0].parts`, to the
   * client's parameter, or to null if no parameter matches. Undefined for a request without a body.
   */
  readonly toParam?: (path: string) => string | null
  /** Client parameter with the prompt, such as `messages`; undefined for a relayed request. */
  readonly promptParam?: string
}

interface FailureRule {
  readonly matches: (error: GeminiError) => boolean
  readonly make: (error: GeminiError, cause: GeminiFailure, context: FailureContext) => ApiError
  /** Advice for the operator, which precedes Gemini's own message in the log. */
  readonly advice?: string
  /** Returns the key fault that the error reports. */
  readonly keyFault?: (error: GeminiError) => KeyFault
}

// Anchored at the start, as user input that Google quotes later in a message must not match.
const REGION_MESSAGE = /^(?:user )?location is not supported|^gemini API free tier is not available in your country/i
const MODEL_MESSAGE = /^(?:this |the |publisher )?models?[ /]/i
const AUTH_MESSAGE = /^(?:(?:missing or )?invalid (?:authorization header|authentication credential)|multiple authentication credentials)/i

/** Makes the 400 for content that Gemini refused, with Gemini's redacted message. */
const refusedError = (
  { message }: GeminiError,
  param: string | null,
  cause: GeminiFailure,
  { redact }: FailureContext,
  name: 'invalid_request' | 'context_length_exceeded' = 'invalid_request',
): ApiError => apiError(name, `Gemini refused the request: ${redact(message)}`, { param, cause })

/** True for a 409 about a conflict within Google, which a retry may resolve. */
const isAborted = ({ code, status }: GeminiError): boolean => code === 409 && status !== 'ALREADY_EXISTS'

const withWait = (cause: GeminiFailure): ApiErrorDetails => ({ cause, retryAfterSeconds: cause.facts.retryAfterSeconds })

/** Rule for files and other items that are missing, or of another project: the errors are equal. */
const MISSING_ITEM: FailureRule = {
  matches: (error) => {
    if (error.code === 404) return !MODEL_MESSAGE.test(error.message)
    return error.code === 403 && !isKeyUnusable(error) && /permission|not exist|not found/i.test(error.message)
  },
  make: (_, cause) => apiError('item_not_found', ITEM_NOT_FOUND_MESSAGE, { cause }),
  keyFault: () => ({ kind: 'access' }),
}
// Recognizes item errors by their message. Anchored at the start, as Google quotes user input.
const ITEM_MESSAGE = /^you do not have permission to access the (?:file|interaction) /i
const ITEM_NOT_FOUND_MESSAGE =
  'The model, interaction, file or cache that the request names does not exist, or the keys of this proxy cannot access it.'

/** Rules for Gemini's errors; the first match applies. Source: Google's pages, recorded traffic. */
const FAILURE_RULES: readonly FailureRule[] = [
  {
    matches: ({ code, message }) => code === 400 && REGION_MESSAGE.test(message),
    make: (_, cause) => apiError('upstream_region_unsupported', undefined, { cause }),
    advice: "Gemini does not serve this proxy's region: deploy it elsewhere, or set HTTPS_PROXY or GEMINI_BASE_URL",
  },
  {
    // For a cache of another project, Google responds with 403, although the key is valid.
    matches: (error) => (error.code === 403 || error.code === 404) && /cached ?content/i.test(error.message),
    make: (error, cause, context) => refusedError(error, 'extra_body.google.cached_content', cause, context),
    // A cache belongs to a project, and only the keys of that project can access it.
    keyFault: () => ({ kind: 'access' }),
  },
  {
    matches: (error) => error.code === 403 || isKeyUnusable(error) || AUTH_MESSAGE.test(error.message),
    make: (_, cause) => apiError('upstream_auth_error', undefined, { cause }),
    advice: "Gemini refuses this proxy's credentials: check GEMINI_API_KEY, its project and GEMINI_AUTH_HEADER",
    keyFault: (error) => (isKeyUnusable(error) ? { kind: 'key', isOutOfCredit: false } : { kind: 'access' }),
  },
  {
    matches: (error) => error.code === 402 || (error.code === 429 && quotaKindOf(error) !== 'minute'),
    make: (_, cause) => apiError('insufficient_quota', undefined, { cause }),
    keyFault: toQuotaFault,
  },
  {
    matches: ({ code }) => code === 429,
    make: (_, cause) => apiError('rate_limit_exceeded', undefined, withWait(cause)),
    keyFault: toQuotaFault,
  },
  {
    matches: ({ code, message }) => code === 404 && MODEL_MESSAGE.test(message),
    make: (_, cause, { requestedModel }) =>
      modelNotFoundError(requestedModel, 'does not exist or has been retired by Google. GET /v1/models lists the models.', cause),
  },
  { ...MISSING_ITEM, matches: ({ code }) => code === 404 },
  {
    matches: ({ code }) => code === 413,
    make: (_, cause) =>
      apiError('request_too_large', 'The request is too large for Gemini. Send less text or smaller files.', { cause, isRetryable: false }),
  },
  { matches: ({ code }) => code === 503, make: (_, cause) => apiError('upstream_overloaded', undefined, withWait(cause)) },
  {
    matches: ({ code }) => code === 504 || code === 408,
    make: (_, cause) => apiError('upstream_timeout', 'Gemini did not respond in time. Retry the request.', withWait(cause)),
  },
  {
    matches: isPromptTooLong,
    make: (error, cause, context) => refusedError(error, context.promptParam ?? null, cause, context, 'context_length_exceeded'),
  },
  {
    matches: (error) => error.code >= 400 && error.code < 500 && error.code !== 499 && !isAborted(error),
    make: (error, cause, context) => refusedError(error, paramIn(error, context), cause, context),
  },
]

const findRule = (error: GeminiError): FailureRule | undefined => FAILURE_RULES.find(({ matches }) => matches(error))

// Matches Google's messages about a field that it cannot parse, or whose value it refuses.
const REFUSED_FIELD = /Invalid value at '([^']{1,200})'|^\* (\w{1,60}Request\.[\w.[\]]{1,200}):/m

/** Returns the client's parameter for the field that Google's message names; null for none. */
function paramIn(error: GeminiError, { redact, toParam }: FailureContext): string | null {
  const message = redact(error.message)
  const unknown = /Unknown name "([^"]{1,100})"(?: at '([^']{1,200})')?/.exec(message)
  const [, parsed, refused] = REFUSED_FIELD.exec(message) ?? []
  const path = unknown === null ? (parsed ?? refused) : [unknown[2], unknown[1]].filter(Boolean).join('.')
  return path === undefined ? null : (toParam?.(path) ?? null)
}

/** Translates Gemini's error. Clients get its message only if it is about the request's content. */
export const toApiError = (error: GeminiError, context: FailureContext): ApiError => {
  const namesItems = context.namesItems === true || ITEM_MESSAGE.test(error.message)
  const rule = namesItems && MISSING_ITEM.matches(error) ? MISSING_ITEM : findRule(error)
  return applyRule(rule, error, context, rule?.keyFault?.(error))
}

function applyRule(rule: FailureRule | undefined, error: GeminiError, context: FailureContext, keyFault?: KeyFault): ApiError {
  const message = context.redact(`${error.code} ${error.status}: ${error.message}`)
  const cause = new GeminiFailure(rule?.advice === undefined ? message : `${rule.advice} (${message})`, {
    keyFault,
    isSignatureRefused: context.hasReplaceableSignatures === true && isSignatureError(error),
    isSchemaTooComplex: error.code === 400 && /too many states/i.test(error.message),
    retryAfterSeconds: waitSecondsOf(error),
  })
  return (
    rule?.make(error, cause, context) ??
    apiError('upstream_error', 'Gemini failed to process the request. Retry the request.', withWait(cause))
  )
}

// Statuses with the same meaning for a request, whether Gemini or a load balancer sends them.
const LOAD_BALANCER_STATUSES = new Set([408, 413, 429])

/**
 * Makes the error for a response that did not come from the Gemini API, such as an HTML error page
 * of a load balancer. Most statuses say nothing about the client's request, and none says anything
 * about the key.
 *
 * @param headerSeconds - the header `Retry-After`, in seconds
 */
export function toApiErrorFromStatus(status: number, context: FailureContext, headerSeconds?: number): ApiError {
  if (status >= 400 && status < 500 && !LOAD_BALANCER_STATUSES.has(status)) {
    const cause = new GeminiFailure(`HTTP ${status} without a Gemini error body: check GEMINI_BASE_URL and any proxy in between`)
    return apiError('upstream_error', 'The response did not come from Gemini. The operator of this proxy must check GEMINI_BASE_URL.', {
      cause,
      isRetryable: false,
    })
  }
  const error = { code: status, message: '', status: 'without a Gemini error body', details: [], headerSeconds }
  return applyRule(findRule(error), error, context)
}
