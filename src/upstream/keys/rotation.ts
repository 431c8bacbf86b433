import type { Clock } from '../../contract/clock.js'
import type { QuotaKind } from '../failures/keyFault.js'
import { nextPacificMidnight } from './pacificMidnight.js'

/** The time for which a key is not used for a model, as its quota for the model is exhausted. */
export interface Cooldown {
  /** The remaining time of the cooldown, in milliseconds. */
  readonly leftMs: number
  /** True if the cooldown is too long for a client to wait, such as that after a daily quota. */
  readonly isLong: boolean
  /** True if a daily quota is exhausted, which Google resets at midnight in Pacific time. */
  readonly isDaily: boolean
}

/** A cooldown and its clock: a daily quota ends at a time of day, other quotas after a duration. */
interface RunningCooldown {
  readonly clock: Clock['now' | 'elapsed']
  /** When the cooldown ends, in milliseconds of `clock`. */
  readonly until: number
  readonly isLong: boolean
  readonly isDaily: boolean
}

const leftMsOf = ({ until, clock }: RunningCooldown): number => until - clock()

/** True for an exhausted quota that stays so at least until midnight in Pacific time. */
export const isDailyQuota = (quota: QuotaKind): boolean => quota === 'day' || quota === 'zero'

// The length of a cooldown if Gemini does not name the time until its limit ends.
const DEFAULT_WAIT_SECONDS = 30

/** The rotation of keys for one model: the index of the last used key, and the cooldowns. */
export class KeyRotation {
  /** Index of the key that was used last; -1 at the start. */
  lastIndex = -1
  readonly #cooldowns = new Map<number, RunningCooldown>()

  constructor(private readonly clock: Clock) {}

  /**
   * Starts or extends the cooldown of a key. @param waitSeconds - the wait that Gemini asked for
   */
  startCooldown(position: number, quota: QuotaKind, waitSeconds: number | undefined): void {
    const { now, elapsed } = this.clock
    const isLong = quota !== 'minute'
    const isDaily = isDailyQuota(quota)
    const started: RunningCooldown = isDaily
      ? { clock: now, until: nextPacificMidnight(now()), isLong, isDaily }
      : { clock: elapsed, until: elapsed() + (waitSeconds ?? DEFAULT_WAIT_SECONDS) * 1000, isLong, isDaily }
    if (leftMsOf(started) > (this.cooldownOf(position)?.leftMs ?? 0)) this.#cooldowns.set(position, started)
  }

  /** True if at least one key has a cooldown for the model. */
  hasCooldown(): boolean {
    return [...this.#cooldowns.keys()].some((position) => this.cooldownOf(position) !== undefined)
  }

  /** Returns the cooldown of a key for the model; undefined if it has none. */
  cooldownOf(position: number): Cooldown | undefined {
    const cooldown = this.#cooldowns.get(position)
    if (cooldown === undefined) return undefined
    const leftMs = leftMsOf(cooldown)
    return leftMs > 0 ? { leftMs, isLong: cooldown.isLong, isDaily: cooldown.isDaily } : undefined
  }
}

// Limits memory: while look-ups of models fail, callers can use any number of invented names.
const MAX_MODELS = 1_000

/** The key rotations of the 1,000 models that were used most recently. */
export class KeyRotations {
  readonly #rotations = new Map<string, KeyRotation>()

  constructor(private readonly clock: Clock) {}

  /** Returns the key rotation of a model, and creates it on first use. */
  of(model: string): KeyRotation {
    const rotation = this.#rotations.get(model) ?? new KeyRotation(this.clock)
    this.#rotations.delete(model)
    this.#rotations.set(model, rotation)
    if (this.#rotations.size > MAX_MODELS) this.#rotations.delete(this.#leastUseful())
    return rotation
  }

  /**
   * Returns the model whose rotation to evict: the least recently used one without a cooldown, as
   * invented model names must not evict cooldowns.
   */
  #leastUseful(): string {
    for (const [model, rotation] of this.#rotations) if (!rotation.hasCooldown()) return model
    const [oldest = ''] = this.#rotations.keys()
    return oldest
  }

  /** Returns the cooldowns of a key, each with its model. */
  cooldownsOf(position: number): (Cooldown & { readonly model: string })[] {
    return [...this.#rotations].flatMap(([model, rotation]) => {
      const cooldown = rotation.cooldownOf(position)
      return cooldown === undefined ? [] : [{ ...cooldown, model }]
    })
  }
}
