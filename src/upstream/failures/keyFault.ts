import { type GeminiError, reasonsOf, waitSecondsOf } from './geminiError.js'

/** The fault of a Gemini key that made an upstream call fail: another key may succeed. */
export type KeyFault =
  /** The key's project has exhausted its quota for this model. Gemini may name `waitSeconds`. */
  | { readonly kind: 'quota'; readonly quota: QuotaKind; readonly waitSeconds: number | undefined }
  /** The key works for no model: it is invalid, denied or expired, or it is out of credit. */
  | { readonly kind: 'key'; readonly isOutOfCredit: boolean }
  /** The key cannot access an item that this request needs; other requests can use the key. */
  | { readonly kind: 'access' }

/** How long a quota is exhausted: minutes, longer, until Pacific midnight, or always (limit 0). */
export type QuotaKind = 'minute' | 'long' | 'day' | 'zero'

// The longest wait that the proxy asks of clients. A quota that is exhausted longer is `long`.
const LONGEST_WAIT_SECONDS = 300

const isCreditError = ({ code, message }: GeminiError): boolean =>
  code === 402 || /credit|billing account|prepay/i.test(message.replace(/check your plan and billing details/i, ''))

/** Returns the quota that a 429 reports as exhausted; `credit` if the account is out of credit. */
export function quotaKindOf(error: GeminiError): QuotaKind | 'credit' {
  const violations = error.details.flatMap(({ violations: listed }) => (Array.isArray(listed) ? listed : []))
  const quotas = violations.filter((violation): violation is Record<string, unknown> => typeof violation === 'object' && violation !== null)
  if (isCreditError(error)) return 'credit'
  if (/limit: 0(?![.\d])/i.test(error.message) || quotas.some(({ quotaValue }) => quotaValue === '0')) return 'zero'
  if (quotas.some(({ quotaId }) => /PerDay|Daily/i.test(String(quotaId)))) return 'day'
  return (waitSecondsOf(error) ?? 0) > LONGEST_WAIT_SECONDS ? 'long' : 'minute'
}

/** Returns the key fault that a 429 or 402 reports. */
export function toQuotaFault(error: GeminiError): KeyFault {
  const quota = quotaKindOf(error)
  return quota === 'credit' ? { kind: 'key', isOutOfCredit: true } : { kind: 'quota', quota, waitSeconds: waitSecondsOf(error) }
}

const UNUSABLE_REASONS =
  /\b(?:API_KEY_INVALID|API_KEY_SERVICE_BLOCKED|API_KEY_IP_ADDRESS_BLOCKED|API_KEY_HTTP_REFERRER_BLOCKED|ACCESS_TOKEN_TYPE_UNSUPPORTED|SERVICE_DISABLED|CONSUMER_SUSPENDED|CONSUMER_INVALID|BILLING_DISABLED)\b/
// Anchored at the start: Google quotes user input, which must not be able to disable a key.
const UNUSABLE_MESSAGES =
  /^(?:please pass a valid API key|API key (?:not valid|not found|expired)|your API key was (?:reported|leaked)|your project has been (?:denied|suspended)|generative language API has not been used|permission denied: consumer)/i

/** True for an error that says that the key cannot be used for any request. */
export const isKeyUnusable = (error: GeminiError): boolean =>
  error.code === 401 || UNUSABLE_REASONS.test(reasonsOf(error)) || UNUSABLE_MESSAGES.test(error.message)
