import type { Secret } from '../../config/secret.js'
import { ApiError, apiError } from '../../contract/errors.js'
import { type Blame, isKeyOfNoUse, quotaOf, toQuotaBlame } from './blame.js'
import { type GeminiError, reasonsOf, retryAfterSeconds } from './geminiError.js'
import { modelNotFound } from './modelNotFound.js'

/** The words of one failure, kept as `cause` for the log. Keys and project numbers are taken out. */
export class GeminiFailure extends Error {
  override readonly name = 'GeminiFailure'

  constructor(
    words: string,
    readonly blame?: Blame,
  ) {
    super(words)
  }
}

/** What a failure says of the key that was used; undefined where it would have met any key. */
export const blameOf = (error: unknown): Blame | undefined =>
  error instanceof ApiError && error.cause instanceof GeminiFailure ? error.cause.blame : undefined

/** Translates what a call threw: a lost connection, a timeout, or an abort of ours, whose reason is what the client is told. */
export function translateFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof ApiError) return error
  if (error instanceof RangeError)
    return apiError('invalid_value', 'The request is nested too deeply. Use fewer levels of nesting.', { cause: error })
  const code = rootCode(error)
  const isOverdue = error instanceof DOMException && error.name === 'TimeoutError'
  if (isOverdue || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return apiError('upstream_timeout', 'Gemini sent no data for too long. Retry the request.', { cause: error })
  return apiError('upstream_error', 'The connection to Gemini failed. Retry the request.', { cause: error })
}

/** True where a connection broke before Gemini had said anything of use on it. */
export const isConnectionLost = (error: ApiError): boolean => LOST.has(rootCode(error.cause) ?? '')

const LOST = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
const PASSING = new Set(['upstream_error', 'upstream_overloaded', 'upstream_timeout'])
// A second silence as long as the first would cost the client minutes, and there is no reason to believe that it would end otherwise.
const SILENCE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** True for failures that may be gone at the next try: 500, 502, 503 and 504 of Gemini's, lost connections, and a limit whose end was told. */
export function isTransient(error: ApiError): boolean {
  if (!error.isRetryable) return false
  if (error.code === 'rate_limit_exceeded') return error.retryAfterSeconds !== undefined
  return PASSING.has(error.code ?? '') && !SILENCE.has(rootCode(error.cause) ?? '')
}

/** The system's or undici's code of an error, however deep the SDK has wrapped it. */
function rootCode(error: unknown): string | undefined {
  for (let level = error; level instanceof Error; level = level.cause) {
    if ('code' in level && typeof level.code === 'string') return level.code
  }
  return undefined
}

const CREDENTIALS = /AIza[\w-]{20,}|AQ\.[\w-]{20,}|ya29\.[\w.-]{16,}|(?:key|token|bearer)[=:\s]+[\w.-]{16,}/gi
const PROJECTS = /\b(projects?(?:[_-](?:number|id))?["']?[\s/:=]+["']?)(?:[\w-]*\d[\w-]*)/gi
const STACK_LINES = /\n\s*at [^\n]*|\nTraceback [^\n]*|\n\s*File "[^\n]*/g
// A shorter one is a stand-in for tests, and may be part of any word.
const SHORTEST_KEY = 8
// Google quotes what it does not like, and that may be a whole picture.
const MOST_WORDS = 1_000

/** Takes the key, project numbers, stacks and what could be a credential out of the upstream's words, and bounds their length. */
export const redact = (text: string, key: Secret): string => {
  const value = key.reveal()
  const keyless = value.length < SHORTEST_KEY ? text : text.replaceAll(value, '[redacted]')
  const clean = keyless.replace(STACK_LINES, '').replace(CREDENTIALS, '[redacted]').replace(PROJECTS, '$1[redacted]').trim()
  return clean.length > MOST_WORDS ? `${clean.slice(0, MOST_WORDS)}…` : clean
}

/** What {@link toApiError} needs besides the error itself. */
export interface FailureContext {
  /** The model as the client asked for it. */
  readonly askedModel: string
  /** The Gemini key that was used. */
  readonly key: Secret
}

interface Rule {
  readonly matches: (error: GeminiError) => boolean
  readonly make: (error: GeminiError, cause: GeminiFailure, context: FailureContext) => ApiError
  /** What the operator has to do; stands in the log before Google's own words. */
  readonly advice?: string
  /** What it says of the key that was used. */
  readonly blame?: (error: GeminiError) => Blame
}

const says = (pattern: RegExp) => (error: GeminiError) => pattern.test(error.message)

/** 400 `invalid_request`: Gemini's own refusal of the content, in its words. */
const refused = (error: GeminiError, param: string | null, cause: GeminiFailure, { key }: FailureContext): ApiError =>
  apiError('invalid_request', `Gemini refused the request: ${redact(error.message, key)}`, { param, cause })

/** The first rule that matches speaks. Sources: Google's error reference and recorded traffic. */
const RULES: readonly Rule[] = [
  {
    matches: says(/location is not supported|not available in your country/i),
    make: (_, cause) => apiError('upstream_region_unsupported', undefined, { cause }),
    advice: "Gemini does not serve this proxy's region: deploy it elsewhere, or set HTTPS_PROXY or GEMINI_BASE_URL",
  },
  {
    // The client names it, and Google tells a foreign one by 403: neither our key nor the model is at fault.
    matches: (error) => (error.code === 403 || error.code === 404) && /cached ?content/i.test(error.message),
    make: (error, cause, context) => refused(error, 'extra_body.google.cached_content', cause, context),
    // It belongs to a project, and is found with the keys of that one.
    blame: () => ({ of: 'access' }),
  },
  {
    matches: (error) =>
      error.code === 401 ||
      error.code === 403 ||
      /API_KEY_INVALID|ACCESS_TOKEN_TYPE_UNSUPPORTED|SERVICE_DISABLED/.test(reasonsOf(error)) ||
      /valid API key|API key (?:not valid|expired|not found)|authorization header|authentication credential/i.test(error.message),
    make: (_, cause) => apiError('upstream_auth_error', undefined, { cause }),
    advice: "Gemini refuses this proxy's credentials: check GEMINI_API_KEY, its project and GEMINI_AUTH_HEADER",
    blame: (error) => (isKeyOfNoUse(error) ? { of: 'key', isUnpaid: false } : { of: 'access' }),
  },
  {
    matches: (error) => error.code === 402 || (error.code === 429 && quotaOf(error) !== 'minute'),
    make: (_, cause) => apiError('insufficient_quota', undefined, { cause }),
    blame: toQuotaBlame,
  },
  {
    matches: ({ code }) => code === 429,
    make: (error, cause) => apiError('rate_limit_exceeded', undefined, { cause, retryAfterSeconds: retryAfterSeconds(error) }),
    blame: toQuotaBlame,
  },
  {
    matches: ({ code }) => code === 404,
    make: (_, __, { askedModel }) => modelNotFound(askedModel, 'does not exist at Google, or no longer.'),
  },
  {
    matches: ({ code }) => code === 413,
    make: (_, cause) =>
      apiError('request_too_large', 'The request is too large for Gemini. Send less text or smaller files.', { cause, isRetryable: false }),
  },
  { matches: ({ code }) => code === 503, make: (_, cause) => apiError('upstream_overloaded', undefined, { cause }) },
  {
    matches: ({ code }) => code === 504 || code === 408,
    make: (_, cause) => apiError('upstream_timeout', 'Gemini did not respond in time. Retry the request.', { cause }),
  },
  {
    matches: ({ code }) => code >= 400 && code < 500 && code !== 499,
    make: (error, cause, context) => refused(error, namedField(error.message), cause, context),
  },
]

/**
 * The field that Google's parser names. Places within `messages` are left out: they count the messages as they were sent on,
 * which are not always those that came in.
 */
function namedField(message: string): string | null {
  const unknown = /Unknown name "([^"]{1,100})"(?: at '([^']{1,200})')?/.exec(message)
  const path = unknown === null ? /Invalid value at '([^']{1,200})'/.exec(message)?.[1] : [unknown[2], unknown[1]].filter(Boolean).join('.')
  if (path === undefined) return null
  return path.startsWith('messages[') ? 'messages' : path
}

/** Says what an error of Gemini's means to our client. Its own words travel only where they are about the request's content. */
export const toApiError = (error: GeminiError, context: FailureContext): ApiError => byRule(error, context, (rule) => rule?.blame?.(error))

function byRule(error: GeminiError, context: FailureContext, toBlame: (rule: Rule | undefined) => Blame | undefined): ApiError {
  const rule = RULES.find(({ matches }) => matches(error))
  const words = `${error.code} ${error.status}: ${redact(error.message, context.key)}`
  const cause = new GeminiFailure(rule?.advice === undefined ? words : `${rule.advice} (${words})`, toBlame(rule))
  return (
    rule?.make(error, cause, context) ?? apiError('upstream_error', 'Gemini failed to process the request. Retry the request.', { cause })
  )
}

// A front end says these of the request itself, or of the moment.
const SAID_BY_STATUS = new Set([408, 413, 429])

/** An answer that is not Gemini's at all, such as an HTML page of a front end. Its status says nothing of the client's request. */
export function toApiErrorFromStatus(status: number, context: FailureContext): ApiError {
  if (status >= 400 && status < 500 && !SAID_BY_STATUS.has(status)) {
    const cause = new GeminiFailure(`HTTP ${status}, and no error of Gemini's: check GEMINI_BASE_URL and what stands between`)
    return apiError('upstream_error', 'Another server than Gemini responded. The operator of this proxy must check GEMINI_BASE_URL.', {
      cause,
      isRetryable: false,
    })
  }
  // A front end minds addresses, not keys: with another it would say the same.
  return byRule({ code: status, message: '', status: 'without an error of Gemini', details: [] }, context, () => undefined)
}
