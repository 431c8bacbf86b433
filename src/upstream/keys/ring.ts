import type { Secret } from '../../config/secret.js'
import { ApiError, apiError, ClientGone } from '../../contract/errors.js'
import type { Blame } from '../failures/blame.js'
import { blameOf, GeminiFailure } from '../failures/rules.js'
import { type KeyHealthParts, makeKeyHealth } from './health.js'
import { makeKeyTurns } from './turns.js'

/** The operator's Gemini keys, used in turn, each as long as Gemini lets it. With one key nothing is withheld: Gemini itself answers each time. */
export interface KeyRing {
  /**
   * Lends the key whose turn it is for a model.
   *
   * @param tried - positions that the request has tried with this model
   * @param held - a loan that is to be had again, as long as nothing speaks against it
   * @returns undefined where no key is left
   */
  find(model: string, tried: ReadonlySet<number>, held?: Loan): Loan | undefined
  /**
   * Learns how a call has ended.
   *
   * @param error - what it threw; undefined where it was answered
   * @returns true where the fault is this key's, and another may do better
   */
  settle(loan: Loan, error?: unknown): boolean
  /** Why no key is left for a model: 429 with the shortest wait, or 502 `upstream_auth_error`. Undefined where none is withheld. */
  exhausted(model: string): ApiError | undefined
}

/** A key, lent for the calls of one request to one model. */
export interface Loan {
  readonly model: string
  /** Place in `GEMINI_API_KEY`, from 1. */
  readonly position: number
  readonly key: Secret
}

/** How a call has ended, as far as it tells of its key. */
export type KeyOutcome = 'answered' | 'rate_limited' | 'quota_used_up' | 'key_refused' | 'failed' | 'cancelled'

/** What {@link makeKeyRing} needs. */
export interface KeyRingParts extends KeyHealthParts {
  readonly onOutcome: (position: number, outcome: KeyOutcome) => void
}

/** Makes the ring. Nothing in it waits, so that parallel requests see at once what the others have learnt. */
export function makeKeyRing({ onOutcome, ...parts }: KeyRingParts): KeyRing {
  const { keys, now } = parts
  const turns = makeKeyTurns(now)
  const health = makeKeyHealth(parts)
  const positions = keys.map((_, at) => at + 1)
  const isOpen = (model: string, position: number): boolean =>
    keys.length === 1 || (!health.isSetAside(position) && turns.of(model).coolingOf(position) === undefined)

  return {
    find: (model, tried, held) => {
      if (held?.model === model && (health.isOnTrial(held.position, held) || isOpen(model, held.position))) return held
      const ofModel = turns.of(model)
      for (let step = 1; step <= keys.length; step += 1) {
        const at = (ofModel.last + step) % keys.length
        const key = keys[at]
        if (key === undefined || tried.has(at + 1) || !isOpen(model, at + 1)) continue
        ofModel.last = at
        const loan: Loan = { model, position: at + 1, key }
        health.beginTrial(loan.position, loan)
        return loan
      }
      return undefined
    },

    settle: (loan, error) => {
      const { model, position } = loan
      const blame = blameOf(error)
      onOutcome(position, error === undefined ? 'answered' : outcomeOf(error, blame))
      if (error === undefined) health.endTrial(position, loan)
      if (blame === undefined || keys.length === 1) return false
      if (blame.of === 'quota') turns.of(model).cool(position, blame.quota, blame.waitSeconds)
      if (blame.of === 'key') health.setAside(position, blame.isUnpaid, wordsOf(error))
      return true
    },

    exhausted: (model) => {
      const standing = positions.filter((position) => !health.isSetAside(position))
      if (standing.length === 0)
        return health.isAllUnpaid()
          ? apiError('insufficient_quota', undefined, { cause: allAside() })
          : apiError('upstream_auth_error', undefined, { cause: allAside() })
      const coolings = standing.flatMap((position) => turns.of(model).coolingOf(position) ?? [])
      if (coolings.length === 0) return undefined
      const waitSeconds = Math.max(1, Math.ceil((Math.min(...coolings.map(({ until }) => until)) - now()) / 1000))
      return coolings.every(({ isLasting }) => isLasting)
        ? apiError('insufficient_quota', undefined, { retryAfterSeconds: waitSeconds })
        : apiError('rate_limit_exceeded', undefined, { retryAfterSeconds: waitSeconds })
    },
  }
}

const allAside = (): GeminiFailure => new GeminiFailure('every key of GEMINI_API_KEY is set aside: the log tells of each why')

const OUTCOMES = {
  minute: 'rate_limited',
  long: 'rate_limited',
  day: 'quota_used_up',
  zero: 'quota_used_up',
} as const satisfies Record<Extract<Blame, { of: 'quota' }>['quota'], KeyOutcome>

function outcomeOf(error: unknown, blame: Blame | undefined): KeyOutcome {
  if (blame?.of === 'quota') return OUTCOMES[blame.quota]
  if (blame?.of === 'key') return blame.isUnpaid ? 'quota_used_up' : 'key_refused'
  if (error instanceof ApiError && error.code === 'upstream_auth_error') return 'key_refused'
  return error instanceof ClientGone ? 'cancelled' : 'failed'
}

/** What Gemini has said, as the log may tell it. */
const wordsOf = (error: unknown): string => (error instanceof ApiError && error.cause instanceof Error ? error.cause.message : '')
