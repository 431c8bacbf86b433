import type { Quota } from '../failures/blame.js'
import { nextPacificMidnight } from './pacificMidnight.js'

/** Whose turn it is with each model, and which keys have used up their quota of it. */
export interface KeyTurns {
  /** @returns what is known of a model */
  of(model: string): ModelTurns
}

/** The turns of one model. */
export interface ModelTurns {
  /** Place of the key that was lent last; -1 at the start. */
  last: number
  /** Withholds a key. @param waitSeconds - what Gemini said, if it did */
  cool(position: number, quota: Quota, waitSeconds: number | undefined): void
  /** How long a key is withheld; undefined where it is not. */
  coolingOf(position: number): Cooling | undefined
}

/** A key that is withheld from a model. */
export interface Cooling {
  /** Milliseconds since 1970. */
  readonly until: number
  /** True where the end is not to be waited for, such as that of a daily quota. */
  readonly isLasting: boolean
}

// Where Gemini does not say how long its limit lasts.
const DEFAULT_WAIT_SECONDS = 30
// Callers may invent names while Google does not tell which models there are.
const MOST_MODELS = 1_000

/** Makes the memory of turns. @param now - the present, in milliseconds since 1970 */
export function makeKeyTurns(now: () => number): KeyTurns {
  const models = new Map<string, ModelTurns>()
  return {
    of: (model) => {
      const turns = models.get(model) ?? makeModelTurns(now)
      models.delete(model)
      models.set(model, turns)
      const [oldest] = models.keys()
      if (models.size > MOST_MODELS && oldest !== undefined) models.delete(oldest)
      return turns
    },
  }
}

function makeModelTurns(now: () => number): ModelTurns {
  const coolings = new Map<number, Cooling>()
  return {
    last: -1,
    cool: (position, quota, waitSeconds) => {
      const isDaily = quota === 'day' || quota === 'zero'
      const until = isDaily ? nextPacificMidnight(now()) : now() + (waitSeconds ?? DEFAULT_WAIT_SECONDS) * 1000
      if (until > (coolings.get(position)?.until ?? 0)) coolings.set(position, { until, isLasting: quota !== 'minute' })
    },
    coolingOf: (position) => {
      const cooling = coolings.get(position)
      return cooling !== undefined && cooling.until > now() ? cooling : undefined
    },
  }
}
