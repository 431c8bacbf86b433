/** Gemini's error object, as far as it is read. */
export interface GeminiError {
  readonly code: number
  readonly message: string
  readonly status: string
  readonly details: readonly Readonly<Record<string, unknown>>[]
}

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

/** The reasons that the details name, separated by spaces. */
export const reasonsOf = (error: GeminiError): string => error.details.map((detail) => String(detail.reason ?? '')).join(' ')

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 }

/** Seconds to wait, from RetryInfo or the words "retry in 48.9s", rounded up. */
export function retryAfterSeconds(error: GeminiError): number | undefined {
  const told = error.details.map((detail) => detail.retryDelay).find((value) => typeof value === 'string')
  const delay = String(told ?? /retry in ((?:[\d.]+(?:ms|[hms]))+)/i.exec(error.message)?.[1] ?? '')
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(delay)) return undefined
  const parts = [...delay.matchAll(/([\d.]+)(ms|[hms])/g)]
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0), 0)
  return Math.max(1, Math.ceil(seconds))
}
