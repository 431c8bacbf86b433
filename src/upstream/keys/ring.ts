import type { Secret } from '../../config/secret.js'
import { ApiError, apiError, ClientDisconnected } from '../../contract/errors.js'
import type { KeyState } from '../../contract/keyState.js'
import type { KeyFault } from '../failures/keyFault.js'
import { GeminiFailure, keyFaultOf } from '../failures/rules.js'
import { KeyHealth, type KeyHealthParts } from './health.js'
import { KeyRecord } from './record.js'
import { isDailyQuota, KeyRotations } from './rotation.js'

/** One use of a Gemini key: by one request, for one model. */
export interface KeyLease {
  /** The model, followed by `:` and the method if the method has a quota of its own. */
  readonly model: string
  /** The position of the key in `GEMINI_API_KEY`, from 1. */
  readonly position: number
  readonly key: Secret
}

/** The result of an upstream call, as far as it concerns its key: a label value of a metric. */
export type KeyOutcome = 'answered' | 'rate_limited' | 'quota_used_up' | 'key_refused' | 'failed' | 'cancelled'

/** Dependencies of {@link KeyRing}. */
export interface KeyRingParts extends KeyHealthParts {
  readonly onOutcome: (position: number, outcome: KeyOutcome) => void
}

/**
 * The operator's Gemini keys. They are used in rotation, except those that are disabled or have a
 * cooldown. A single key is never skipped, so that every request gets Gemini's own response.
 *
 * All methods are synchronous, so that parallel requests see each other's results at once.
 */
export class KeyRing {
  readonly #parts: KeyRingParts
  readonly #rotations: KeyRotations
  readonly #health: KeyHealth
  readonly #record: KeyRecord

  constructor(parts: KeyRingParts) {
    this.#parts = parts
    this.#rotations = new KeyRotations(parts.clock)
    this.#health = new KeyHealth(parts)
    this.#record = new KeyRecord(parts.clock.now)
  }

  /**
   * Leases the next key of the rotation for a model.
   *
   * @param tried - positions of the keys that the request has already tried with this model
   * @param held - the request's earlier lease, returned again as long as its key is usable
   * @param takesTurn - false for a request that only one key can serve: it must not advance the
   *   rotation, or the key after it would be used more than the others
   * @returns undefined if no key is left
   */
  lease(model: string, tried: ReadonlySet<number>, held?: KeyLease, takesTurn = true): KeyLease | undefined {
    if (held?.model === model && (this.#health.isTrial(held.position, held) || this.#isUsable(model, held.position))) return held
    const { keys } = this.#parts
    const rotation = this.#rotations.of(model)
    for (let step = 1; step <= keys.length; step += 1) {
      const index = (rotation.lastIndex + step) % keys.length
      const key = keys[index]
      if (key === undefined || tried.has(index + 1) || !this.#isUsable(model, index + 1)) continue
      if (takesTurn) rotation.lastIndex = index
      const lease: KeyLease = { model, position: index + 1, key }
      this.#health.beginTrial(lease.position, lease)
      return lease
    }
    return undefined
  }

  /**
   * Records the result of an upstream call with its key: it may disable the key or start a
   * cooldown.
   *
   * @param error - the error that the call threw; undefined for a success
   * @returns true if another key may succeed
   */
  settle(lease: KeyLease, error?: unknown): boolean {
    const { model, position } = lease
    const fault = keyFaultOf(error)
    this.#parts.onOutcome(position, error === undefined ? 'answered' : outcomeOf(error, fault))
    this.#record.add(position, error)
    if (error === undefined) this.#health.endTrial(position, lease)
    if (fault === undefined || this.#parts.keys.length === 1) return false
    if (fault.kind === 'quota') this.#rotations.of(model).startCooldown(position, fault.quota, fault.waitSeconds)
    if (fault.kind === 'key') this.#health.disable(position, fault.isOutOfCredit, causeMessageOf(error))
    return true
  }

  /**
   * Returns the error for a model for which no key can be leased. If all keys are disabled: 502
   * `upstream_auth_error`, or 429 if all are out of credit. Else: 429 with the shortest wait;
   * undefined if no key has a cooldown.
   *
   * @param excluded - positions of the keys that the request must not use
   */
  exhaustionError(model: string, excluded: ReadonlySet<number> = new Set()): ApiError | undefined {
    const allowed = this.#parts.keys.map((_, index) => index + 1).filter((position) => !excluded.has(position))
    const enabled = allowed.filter((position) => !this.#health.isDisabled(position))
    if (enabled.length === 0) {
      const cause = new GeminiFailure('every key that the request may use is disabled: the log names the reason for each')
      return apiError(this.#health.areOutOfCredit(allowed) ? 'insufficient_quota' : 'upstream_auth_error', undefined, { cause })
    }
    const cooldowns = enabled.flatMap((position) => this.#rotations.of(model).cooldownOf(position) ?? [])
    if (cooldowns.length === 0) return undefined
    const leftMs = Math.min(...cooldowns.map((cooldown) => cooldown.leftMs))
    const retryAfterSeconds = Math.max(1, Math.ceil(leftMs / 1000))
    const isLong = cooldowns.every((cooldown) => cooldown.isLong)
    return apiError(isLong ? 'insufficient_quota' : 'rate_limit_exceeded', undefined, { retryAfterSeconds })
  }

  /** Returns the state of each key, in the order of `GEMINI_API_KEY`. */
  states(): KeyState[] {
    const now = this.#parts.clock.now()
    return this.#parts.keys.map(({ end }, index) => {
      const position = index + 1
      const disabledMs = this.#health.disabledMs(position)
      return {
        position,
        end,
        disabledUntil: disabledMs === undefined ? undefined : Math.round(now + disabledMs),
        cooldowns: this.#rotations
          .cooldownsOf(position)
          .map(({ model, leftMs, isDaily }) => ({ model, until: Math.round(now + leftMs), isDaily })),
        ...this.#record.of(position),
      }
    })
  }

  #isUsable(model: string, position: number): boolean {
    if (this.#parts.keys.length === 1) return true
    return !this.#health.isDisabled(position) && this.#rotations.of(model).cooldownOf(position) === undefined
  }
}

function outcomeOf(error: unknown, fault: KeyFault | undefined): KeyOutcome {
  if (fault?.kind === 'quota') return isDailyQuota(fault.quota) ? 'quota_used_up' : 'rate_limited'
  if (fault?.kind === 'key') return fault.isOutOfCredit ? 'quota_used_up' : 'key_refused'
  if (error instanceof ApiError && error.code === 'upstream_auth_error') return 'key_refused'
  return error instanceof ClientDisconnected ? 'cancelled' : 'failed'
}

/** Returns Gemini's redacted message from an error, for the log. */
const causeMessageOf = (error: unknown): string => (error instanceof ApiError && error.cause instanceof Error ? error.cause.message : '')
