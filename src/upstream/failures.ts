import {
  ApiError,
  insufficientQuota,
  invalidRequest,
  modelNotFound,
  rateLimitExceeded,
  upstreamAuthError,
  upstreamError,
  upstreamOverloaded,
  upstreamRegionUnsupported,
  upstreamTimeout,
} from '../errors.js'

/** Gemini's error object, as far as it is read. */
export interface GeminiError {
  readonly code: number
  readonly message: string
  readonly status: string
  readonly details: readonly Readonly<Record<string, unknown>>[]
}

/** The words of one failure, kept as `cause` for the log. Keys and project numbers are taken out. */
export class GeminiFailure extends Error {
  override readonly name = 'GeminiFailure'
}

/** Translates what a call threw: a lost connection, a timeout, or an abort of ours, whose reason is what the client is told. */
export function translateFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof ApiError) return error
  const code = rootCode(error)
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return upstreamTimeout('Gemini stayed silent for too long.', error)
  return upstreamError('The connection to Gemini failed.', { cause: error })
}

/** The system's or undici's code of an error, however deep the SDK has wrapped it. */
function rootCode(error: unknown): string | undefined {
  for (let level = error; level instanceof Error; level = level.cause) {
    if ('code' in level && typeof level.code === 'string') return level.code
  }
  return undefined
}

/** Takes keys, project numbers and what could be a credential out of the upstream's words. */
export const redact = (text: string): string =>
  text
    .replace(/AIza[\w-]{20,}|AQ\.[\w-]{20,}|(?:key|token|bearer)[=:\s]+[\w.-]{16,}/gi, '[redacted]')
    .replace(/\b(projects?[\s/:=]+)(?:[\w-]*\d[\w-]*)/gi, '$1[redacted]')

/**
 * Reads Gemini's error out of a body in any of its forms: an object, or an array of one.
 *
 * @returns undefined where the text is neither
 */
export function parseGeminiError(text: string): GeminiError | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // Not JSON: an HTML page of Google's front end, or garbage.
    return undefined
  }
  return toGeminiError(parsed)
}

/** The same for a parsed value, such as the data of an event. */
export function toGeminiError(value: unknown): GeminiError | undefined {
  const holder: unknown = Array.isArray(value) ? value[0] : value
  if (typeof holder !== 'object' || holder === null || !('error' in holder)) return undefined
  const { error } = holder
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message, status, details } = error as Record<string, unknown>
  return {
    code: typeof code === 'number' ? code : 500,
    message: typeof message === 'string' ? message : '',
    status: typeof status === 'string' ? status : '',
    details: Array.isArray(details)
      ? details.filter((detail): detail is Record<string, unknown> => typeof detail === 'object' && detail !== null)
      : [],
  }
}

/** What {@link toApiError} needs besides the error itself. */
export interface FailureContext {
  /** The model as the client asked for it. */
  readonly askedModel: string
}

interface Rule {
  readonly matches: (error: GeminiError) => boolean
  readonly make: (error: GeminiError, cause: GeminiFailure, context: FailureContext) => ApiError
}

const says = (pattern: RegExp) => (error: GeminiError) => pattern.test(error.message)
const reason = (error: GeminiError): string => error.details.map((detail) => String(detail.reason ?? '')).join(' ')

/** The first rule that matches speaks. Sources: Google's error reference and recorded traffic. */
const RULES: readonly Rule[] = [
  { matches: says(/location is not supported|not available in your country/i), make: (_, cause) => upstreamRegionUnsupported(cause) },
  {
    matches: (error) =>
      error.code === 401 ||
      error.code === 403 ||
      /API_KEY_INVALID|ACCESS_TOKEN_TYPE_UNSUPPORTED|SERVICE_DISABLED/.test(reason(error)) ||
      /valid API key|API key (?:expired|not found)|authorization header|authentication credential/i.test(error.message),
    make: (_, cause) => upstreamAuthError(cause),
  },
  {
    matches: (error) => error.code === 402 || (error.code === 429 && isPermanent(error)),
    make: (_, cause) => insufficientQuota("The proxy's Gemini quota is used up.", cause),
  },
  {
    matches: ({ code }) => code === 429,
    make: (error, cause) => rateLimitExceeded('Gemini limits the rate of requests. Try again later.', retryAfterSeconds(error), cause),
  },
  {
    matches: ({ code }) => code === 404,
    make: (_, __, { askedModel }) => modelNotFound(askedModel, 'Google does not serve it (any more).'),
  },
  { matches: ({ code }) => code === 503, make: (_, cause) => upstreamOverloaded(cause) },
  { matches: ({ code }) => code === 504 || code === 408, make: (_, cause) => upstreamTimeout('Gemini did not answer in time.', cause) },
  {
    matches: ({ code }) => code >= 400 && code < 500 && code !== 499,
    make: (error, cause) => invalidRequest('invalid_request', `Gemini refused the request: ${redact(error.message)}`, null, cause),
  },
]

/** Says what an error of Gemini's means to our client. Its own words travel only where they are about the request's content. */
export function toApiError(error: GeminiError, context: FailureContext): ApiError {
  const cause = new GeminiFailure(`${error.code} ${error.status}: ${redact(error.message)}`)
  const rule = RULES.find(({ matches }) => matches(error))
  return rule?.make(error, cause, context) ?? upstreamError('Gemini failed to answer.', { cause })
}

/** An answer that is not Gemini's at all, such as an HTML page of a front end. */
export function toApiErrorFromStatus(status: number, context: FailureContext): ApiError {
  return toApiError(
    { code: status >= 400 && status < 500 && status !== 429 ? 502 : status, message: '', status: `HTTP ${status}`, details: [] },
    context,
  )
}

/** True for quotas that no wait within minutes mends: by day, zero, or spent credit. */
function isPermanent(error: GeminiError): boolean {
  const quotas = error.details.flatMap((detail) => (Array.isArray(detail.violations) ? detail.violations : []))
  const ids = quotas.map((violation: unknown) =>
    typeof violation === 'object' && violation !== null && 'quotaId' in violation ? String(violation.quotaId) : '',
  )
  return (
    /limit: 0\b|credit|billing account|prepay/i.test(error.message.replace(/check your plan and billing details/i, '')) ||
    ids.some((id) => /PerDay|Daily/i.test(id))
  )
}

/** Seconds to wait, from RetryInfo or the words "retry in 48.9s", rounded up. */
export function retryAfterSeconds(error: GeminiError): number | undefined {
  const delay =
    error.details.map((detail) => detail.retryDelay).find((value) => typeof value === 'string') ??
    /retry in ([\d.]+m?s)/i.exec(error.message)?.[1]
  const match = /^([\d.]+)(m?s)$/.exec(String(delay ?? ''))
  if (match === null) return undefined
  return Math.max(1, Math.ceil(Number(match[1]) / (match[2] === 'ms' ? 1000 : 1)))
}
