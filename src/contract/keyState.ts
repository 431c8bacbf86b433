/** The state of a Gemini API key, for operators, without the key. Times: Unix milliseconds. */
export interface KeyState {
  /** Position in `GEMINI_API_KEY`, from 1. */
  readonly position: number
  /** The last four characters of the key; empty for a short key. */
  readonly end: string
  /** When a disabled key is tried again; undefined for an enabled key. */
  readonly disabledUntil?: number | undefined
  /** Models for which the key is in cooldown after a 429; `isDaily`: the daily quota is used up. */
  readonly cooldowns: readonly { readonly model: string; readonly until: number; readonly isDaily: boolean }[]
  /** When Gemini last answered a request with this key. */
  readonly lastOkAt?: number | undefined
  /** The last failure of a request with this key. */
  readonly lastError?: KeyFailure | undefined
}

/** A failure of Gemini: the proxy's error code for it, and Gemini's redacted message. */
export interface KeyFailure {
  readonly code: string
  readonly message: string
  /** When the failure happened, in Unix milliseconds. */
  readonly at: number
}

/** Condition of a key: `cooldown`: not used for at least one model; `disabled`: not used at all. */
export type KeyCondition = 'ok' | 'cooldown' | 'disabled'

/** Returns the condition of a key: disabled, in cooldown for at least one model, or ok. */
export function conditionOf({ disabledUntil, cooldowns }: KeyState): KeyCondition {
  if (disabledUntil !== undefined) return 'disabled'
  return cooldowns.length > 0 ? 'cooldown' : 'ok'
}

/** Returns the latest success, in Unix milliseconds, and the latest failure among all keys. */
export function lastResultsOf(keys: readonly KeyState[]): Pick<KeyState, 'lastOkAt' | 'lastError'> {
  const [lastOkAt] = keys.flatMap((key) => key.lastOkAt ?? []).sort((one, other) => other - one)
  const [lastError] = keys.flatMap((key) => key.lastError ?? []).sort((one, other) => other.at - one.at)
  return { lastOkAt, lastError }
}
