import type { QuotaKind } from '../failures/keyFault.js'
import { nextPacificMidnight } from './pacificMidnight.js'

/** The time for which a key is not used for a model, because its quota for it is exhausted. */
export interface Cooldown {
  /** Milliseconds since 1970. */
  readonly until: number
  /** True where a client should not wait for the end, such as that of a daily quota. */
  readonly isLong: boolean
}

/** True for quotas that may change at midnight in Pacific time, but not before. */
export const isDailyQuota = (quota: QuotaKind): boolean => quota === 'day' || quota === 'zero'

// Used where Gemini does not say how long its limit lasts.
const DEFAULT_WAIT_SECONDS = 30

/** Rotates the keys for one model: which one was used last, and which ones have a cooldown. */
export class KeyRotation {
  /** Index of the key that was used last; -1 at the start. */
  lastIndex = -1
  readonly #cooldowns = new Map<number, Cooldown>()
  readonly #now: () => number

  /** @param now - returns the current time, in milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Starts a cooldown, or extends it. @param waitSeconds - from Gemini, if it named a time */
  startCooldown(position: number, quota: QuotaKind, waitSeconds: number | undefined): void {
    const until = isDailyQuota(quota) ? nextPacificMidnight(this.#now()) : this.#now() + (waitSeconds ?? DEFAULT_WAIT_SECONDS) * 1000
    if (until > (this.#cooldowns.get(position)?.until ?? 0)) this.#cooldowns.set(position, { until, isLong: quota !== 'minute' })
  }

  /** The cooldown of a key; undefined where it has none. */
  cooldownOf(position: number): Cooldown | undefined {
    const cooldown = this.#cooldowns.get(position)
    return cooldown !== undefined && cooldown.until > this.#now() ? cooldown : undefined
  }
}

// Callers may invent model names while Google cannot say which exist.
const MOST_MODELS = 1_000

/** Makes the rotations of all models. Remembers only those that were used most recently. */
export function makeRotations(now: () => number): (model: string) => KeyRotation {
  const rotations = new Map<string, KeyRotation>()
  return (model) => {
    const rotation = rotations.get(model) ?? new KeyRotation(now)
    rotations.delete(model)
    rotations.set(model, rotation)
    const [oldest] = rotations.keys()
    if (rotations.size > MOST_MODELS && oldest !== undefined) rotations.delete(oldest)
    return rotation
  }
}
