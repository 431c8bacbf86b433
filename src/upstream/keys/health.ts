import type { Secret } from '../../config/secret.js'
import type { Clock } from '../../contract/clock.js'

/** Dependencies of {@link KeyHealth}. */
export interface KeyHealthParts {
  readonly keys: readonly Secret[]
  readonly clock: Clock
  /** Called once when a key is disabled; `onEnabled` is called once when it is enabled again. */
  readonly onDisabled: (key: KeyLabel, cause: string) => void
  readonly onEnabled: (key: KeyLabel) => void
}

/** Position and last characters of a key, by which the log identifies it. */
export interface KeyLabel {
  /** The position of the key in `GEMINI_API_KEY`, from 1. */
  readonly position: number
  /** The last four characters of the key; empty for a short key. */
  readonly end: string
}

// How long a disabled key is not used. After that, one request tests whether it works again.
const DISABLED_MS = 600_000
// Time from one trial of a disabled key to the next: a trial may fail without the key's fault.
const TRIAL_MS = 60_000

interface DisabledKey {
  /** When a request may try the key again, in milliseconds of {@link Clock.elapsed}. */
  trialAt: number
  isOutOfCredit: boolean
  /** The lease of the request that is trying the key again. */
  trial: object | undefined
}

/** Records which keys are disabled. After 10 minutes, one request tries a disabled key again. */
export class KeyHealth {
  readonly #disabled = new Map<number, DisabledKey>()
  readonly #parts: KeyHealthParts

  constructor(parts: KeyHealthParts) {
    this.#parts = parts
  }

  /** True if a key must not be used now: it is disabled, and its next trial is not due. */
  isDisabled(position: number): boolean {
    return (this.#disabled.get(position)?.trialAt ?? Number.NEGATIVE_INFINITY) > this.#parts.clock.elapsed()
  }

  /** Returns the milliseconds until a disabled key is tried again; undefined if it is enabled. */
  disabledMs(position: number): number | undefined {
    const key = this.#disabled.get(position)
    return key === undefined ? undefined : Math.max(0, key.trialAt - this.#parts.clock.elapsed())
  }

  /** True if all of these keys are disabled because their accounts are out of credit. */
  areOutOfCredit(positions: readonly number[]): boolean {
    return positions.every((position) => this.#disabled.get(position)?.isOutOfCredit === true)
  }

  /** Disables a key for 10 minutes. @param cause - Gemini's message, without the key */
  disable(position: number, isOutOfCredit: boolean, cause: string): void {
    const wasEnabled = !this.#disabled.has(position)
    this.#disabled.set(position, { trialAt: this.#parts.clock.elapsed() + DISABLED_MS, isOutOfCredit, trial: undefined })
    if (wasEnabled) this.#parts.onDisabled(this.#labelOf(position), cause)
  }

  /** If a key is disabled, makes a lease its trial: no other request uses it for a minute. */
  beginTrial(position: number, lease: object): void {
    const key = this.#disabled.get(position)
    if (key !== undefined) Object.assign(key, { trial: lease, trialAt: this.#parts.clock.elapsed() + TRIAL_MS })
  }

  /** True if the request with this lease is testing whether the disabled key works again. */
  isTrial(position: number, lease: object): boolean {
    return this.#disabled.get(position)?.trial === lease
  }

  /** Enables a key again after a successful call, if the lease of the call was the key's trial. */
  endTrial(position: number, lease: object): void {
    if (!this.isTrial(position, lease)) return
    this.#disabled.delete(position)
    this.#parts.onEnabled(this.#labelOf(position))
  }

  #labelOf(position: number): KeyLabel {
    return { position, end: this.#parts.keys[position - 1]?.end ?? '' }
  }
}
