import { type GeminiError, reasonsOf, retryAfterSeconds } from './geminiError.js'

/** What a failure says of the key that was used, where another may do better. */
export type Blame =
  /** Its project has used up what it may ask of this model. `waitSeconds` is what Gemini said. */
  | { readonly of: 'quota'; readonly quota: Quota; readonly waitSeconds: number | undefined }
  /** It is invalid, leaked, expired, disabled or denied, or its account is out of credit: of no use for any model. */
  | { readonly of: 'key'; readonly isUnpaid: boolean }
  /** Something is closed to it, which says nothing of other requests. */
  | { readonly of: 'access' }

/** Limits by how they end: within minutes, later, at midnight in Pacific time, or (zero) not by waiting. */
export type Quota = 'minute' | 'long' | 'day' | 'zero'

// Longer than this, a client had better give up than wait.
const LONGEST_WAIT_SECONDS = 300

const isCreditSpent = ({ code, message }: GeminiError): boolean =>
  code === 402 || /credit|billing account|prepay/i.test(message.replace(/check your plan and billing details/i, ''))

/** Which limit a 429 tells of. Only the first kind passes within minutes. */
export function quotaOf(error: GeminiError): Quota | 'credit' {
  const violations = error.details.flatMap(({ violations: listed }) => (Array.isArray(listed) ? listed : []))
  const quotas = violations.filter((violation): violation is Record<string, unknown> => typeof violation === 'object' && violation !== null)
  if (isCreditSpent(error)) return 'credit'
  if (/limit: 0(?![.\d])/i.test(error.message) || quotas.some(({ quotaValue }) => quotaValue === '0')) return 'zero'
  if (quotas.some(({ quotaId }) => /PerDay|Daily/i.test(String(quotaId)))) return 'day'
  return (retryAfterSeconds(error) ?? 0) > LONGEST_WAIT_SECONDS ? 'long' : 'minute'
}

/** Whose fault a 429, or a 402, is. */
export function toQuotaBlame(error: GeminiError): Blame {
  const quota = quotaOf(error)
  return quota === 'credit' ? { of: 'key', isUnpaid: true } : { of: 'quota', quota, waitSeconds: retryAfterSeconds(error) }
}

const USELESS_REASONS =
  /\b(?:API_KEY_INVALID|API_KEY_SERVICE_BLOCKED|API_KEY_IP_ADDRESS_BLOCKED|API_KEY_HTTP_REFERRER_BLOCKED|ACCESS_TOKEN_TYPE_UNSUPPORTED|SERVICE_DISABLED|CONSUMER_SUSPENDED|CONSUMER_INVALID|BILLING_DISABLED)\b/
// From the first word on: what callers send, Google quotes further behind, and no caller may have a key set aside.
const USELESS_WORDS =
  /^(?:please pass a valid API key|API key (?:not valid|not found|expired)|your API key was (?:reported|leaked)|your project has been (?:denied|suspended)|generative language API has not been used|permission denied: consumer)/i

/** True where the key itself is of no use, and not only for this request. */
export const isKeyOfNoUse = (error: GeminiError): boolean =>
  error.code === 401 || USELESS_REASONS.test(reasonsOf(error)) || USELESS_WORDS.test(error.message)
