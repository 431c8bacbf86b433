import type { Secret } from '../../config/secret.js'

/** Which keys are of no use at present. */
export interface KeyHealth {
  isSetAside(position: number): boolean
  /** True where all keys are set aside because their accounts are out of credit. */
  isAllUnpaid(): boolean
  /** Sets a key aside for a while. @param cause - what Gemini has said, without the key */
  setAside(position: number, isUnpaid: boolean, cause: string): void
  /** A key that was set aside goes out again with one loan; the others wait for what comes of it. */
  beginTrial(position: number, loan: object): void
  isOnTrial(position: number, loan: object): boolean
  /** A loan has been answered: its key is back, if it was on trial. */
  endTrial(position: number, loan: object): void
}

/** What {@link makeKeyHealth} needs. */
export interface KeyHealthParts {
  readonly keys: readonly Secret[]
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
  /** Called once when a key is set aside, and once when it works again. */
  readonly onSetAside: (key: KeyNews, cause: string) => void
  readonly onBack: (key: KeyNews) => void
}

/** What an operator may be told of a key. */
export interface KeyNews {
  /** Place in `GEMINI_API_KEY`, from 1. */
  readonly position: number
  /** Its last four characters. */
  readonly end: string
}

// An operator who has mended a key waits no longer than this.
const ASIDE_MS = 600_000
// A trial may end without a verdict on the key: then there is another after this time.
const TRIAL_MS = 60_000
// Four characters of a short key would be too much of it.
const SHORTEST_TOLD = 8

interface State {
  /** When it may be tried again, in milliseconds since 1970. */
  until: number
  isUnpaid: boolean
  trial: object | undefined
}

/** Makes the memory of keys that are set aside. */
export function makeKeyHealth({ keys, now, onSetAside, onBack }: KeyHealthParts): KeyHealth {
  const aside = new Map<number, State>()
  const newsOf = (position: number): KeyNews => {
    const text = keys[position - 1]?.reveal() ?? ''
    return { position, end: text.length < SHORTEST_TOLD ? '' : text.slice(-4) }
  }

  return {
    isSetAside: (position) => (aside.get(position)?.until ?? 0) > now(),
    isAllUnpaid: () => keys.every((_, at) => aside.get(at + 1)?.isUnpaid === true),
    setAside: (position, isUnpaid, cause) => {
      const isNews = !aside.has(position)
      aside.set(position, { until: now() + ASIDE_MS, isUnpaid, trial: undefined })
      if (isNews) onSetAside(newsOf(position), cause)
    },
    beginTrial: (position, loan) => {
      const state = aside.get(position)
      if (state !== undefined) Object.assign(state, { trial: loan, until: now() + TRIAL_MS })
    },
    isOnTrial: (position, loan) => aside.get(position)?.trial === loan,
    endTrial: (position, loan) => {
      if (aside.get(position)?.trial !== loan) return
      aside.delete(position)
      onBack(newsOf(position))
    },
  }
}
