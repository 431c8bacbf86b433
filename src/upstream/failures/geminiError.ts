/** The members of Gemini's error object that the proxy uses. */
export interface GeminiError {
  readonly code: number
  readonly message: string
  readonly status: string
  readonly details: readonly Readonly<Record<string, unknown>>[]
  /** The header `Retry-After` of the response, in seconds. */
  readonly headerSeconds?: number | undefined
}

/**
 * Parses Gemini's error in a response body: a JSON object, or an array with one. Text after it is
 * ignored.
 *
 * @returns undefined if the body does not begin with an error of Gemini
 */
export function parseGeminiError(text: string): GeminiError | undefined {
  const first = firstValueOf(text)
  try {
    return first === undefined ? undefined : toGeminiError(JSON.parse(first))
  } catch {
    // The body is not JSON, such as an HTML page of Google's front end.
    return undefined
  }
}

/**
 * Returns the JSON of the first object or array in a text; undefined if the text begins with
 * anything else, or is cut off.
 */
function firstValueOf(text: string): string | undefined {
  const start = text.search(/\S/)
  let depth = 0
  let isInString = false
  for (let index = start; index < text.length; index += 1) {
    const character = text[index]
    if (character === '"') isInString = !isInString
    else if (isInString) index += character === '\\' ? 1 : 0
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    if (depth === 0) return index === start ? undefined : text.slice(start, index + 1)
  }
  return undefined
}

/**
 * HTTP status codes by Google's status names, for errors without a number, as in some streams; also
 * by the error codes of the Interactions API.
 */
const CODE_OF_STATUS = new Map(
  Object.entries({
    INVALID_ARGUMENT: 400,
    FAILED_PRECONDITION: 400,
    OUT_OF_RANGE: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    NOT_FOUND: 404,
    RESOURCE_EXHAUSTED: 429,
    ABORTED: 409,
    INVALID_REQUEST: 400,
    TOO_MANY_REQUESTS: 429,
    RATE_LIMITED: 429,
    RATE_LIMIT_EXCEEDED: 429,
    QUOTA_EXCEEDED: 429,
    SERVICE_UNAVAILABLE: 503,
    OVERLOADED: 503,
    GATEWAY_TIMEOUT: 504,
    CANCELLED: 499,
    UNAVAILABLE: 503,
    DEADLINE_EXCEEDED: 504,
  }),
)

/** Returns the HTTP status for a status name of Google, alone or as the last part of a URI. */
const codeOfName = (name: unknown): number | undefined =>
  typeof name === 'string' ? CODE_OF_STATUS.get(name.slice(name.lastIndexOf('/') + 1).toUpperCase()) : undefined

/** Returns the HTTP status in an error's `code`: a number, or three digits sent as text. */
const codeOfNumber = (code: unknown): number | undefined => {
  if (typeof code === 'number') return code
  return typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : undefined
}

/** Reads Gemini's error from parsed JSON. @returns undefined for any other JSON */
export function toGeminiError(value: unknown): GeminiError | undefined {
  const wrapper: unknown = Array.isArray(value) ? value[0] : value
  if (typeof wrapper !== 'object' || wrapper === null || !('error' in wrapper)) return undefined
  const { error } = wrapper
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message, status, details } = error as Record<string, unknown>
  return {
    code: codeOfNumber(code) ?? codeOfName(status) ?? codeOfName(code) ?? 500,
    message: typeof message === 'string' ? message : '',
    status: typeof status === 'string' ? status : '',
    details: Array.isArray(details)
      ? details.filter((detail): detail is Record<string, unknown> => typeof detail === 'object' && detail !== null)
      : [],
  }
}

/** Returns the `reason` of every detail of an error, separated by spaces. */
export const reasonsOf = (error: GeminiError): string => error.details.map((detail) => String(detail.reason ?? '')).join(' ')

/**
 * True for a 400 about a thought signature. Google's messages vary, such as `Corrupted thought
 * signature.`; the one about a signature that is not base64 may not name the field.
 */
export const isSignatureError = ({ code, message }: GeminiError): boolean =>
  code === 400 && (/thought.?signature/i.test(message) || (/base64 decoding failed/i.test(message) && !/ at '/.test(message)))

// Anchored at the start, as user input that Google quotes later in the message must not match.
const TOO_LONG_MESSAGE = /^(?:the )?input token count .{0,40}exceeds the maximum number of tokens allowed/i

/** True for an error that says that the prompt is longer than the model's context window. */
export const isPromptTooLong = ({ code, message }: GeminiError): boolean => code === 400 && TOO_LONG_MESSAGE.test(message)

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/**
 * Returns the seconds that an error asks clients to wait, rounded up, at least 1; undefined if it
 * names no time. Prefers the body to the header `Retry-After`, which is less exact.
 */
export function waitSecondsOf(error: GeminiError): number | undefined {
  const seconds = waitSecondsInBody(error) ?? error.headerSeconds
  return seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds))
}

/** Returns the seconds in the RetryInfo of an error, or in its message, as in "retry in 48.9s". */
function waitSecondsInBody(error: GeminiError): number | undefined {
  const listed = error.details.map((detail) => detail.retryDelay).find((value) => typeof value === 'string')
  const delay = String(listed ?? /retry in ((?:[\d.]+(?:ms|[hms]))+)/i.exec(error.message)?.[1] ?? '')
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(delay)) return undefined
  const parts = [...delay.matchAll(/([\d.]{1,20})(ms|[hms])/g)]
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0), 0)
}
