import type { Secret } from '../config/secret.js'
import { ApiError, apiError } from '../contract/errors.js'
import { WorthlessAnswer } from './answer/choice.js'
import { isConnectionLost, isTransient } from './failures/rules.js'
import type { KeyRing, Loan } from './keys/ring.js'
import type { ModelLife } from './models/retirement.js'

/** Tries until there is an answer, or no reason left to try again. */
export interface Attempts {
  /**
   * Runs an attempt, and again where that may help: all before the first byte of an answer has gone out.
   *
   * @param goal - what is asked for, and how long
   * @param attempt - asks the given Gemini model, with the given key
   * @throws what the last attempt has thrown, or the signal's reason
   */
  run<T>(goal: Goal, attempt: Attempt<T>): Promise<T>
}

/** Asks a Gemini model once. */
export type Attempt<T> = (served: string, key: Secret) => Promise<T>

/** What is to be reached. */
export interface Goal {
  /** The Gemini model that is to answer. */
  readonly served: string
  /** The name that the client used for it. */
  readonly asked: string
  readonly signal: AbortSignal
  /** When the time of the request is up, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /** Called before each repetition. */
  readonly onRepeat: () => void
}

/** What {@link makeAttempts} needs. */
export interface AttemptsParts {
  readonly life: ModelLife
  readonly keys: KeyRing
  /** Repeats with the same key and model, after failures that pass. */
  readonly maxRetries: number
  /** Who serves when a model stays overloaded, by model, in their order. */
  readonly fallbacks: ReadonlyMap<string, string>
  /** A number from 0 to 1, 1 excluded: spreads the repeats of many requests. */
  readonly random: () => number
}

// Longer waits than this are the client's to wait, with its connection closed.
const LONGEST_WAIT_MS = 10_000
const FIRST_WAIT_MS = 250

/** What one request has spent so far. The first three are given anew to each key and model, the keys to each model. */
interface Spent {
  retries: number
  hasReconnected: boolean
  hasAskedAgain: boolean
  /** Positions of the keys that are to blame for a failure. */
  readonly keys: Set<number>
  readonly models: Set<string>
  /** Why the first fallback was asked. */
  overload: ApiError | undefined
}

interface Step {
  readonly served: string
  readonly waitMs: number
}

const NOTHING = { retries: 0, hasReconnected: false, hasAskedAgain: false } as const

/** Makes the policy. A retry, a change of the key, one reconnection, one further try after a worthless answer, a replacement and a fallback stand apart. */
export function makeAttempts(parts: AttemptsParts): Attempts {
  return {
    run: async (goal, attempt) => {
      const served = parts.life.current(goal.served)
      const spent: Spent = { ...NOTHING, keys: new Set(), models: new Set([served]), overload: undefined }
      try {
        return await reach(served, { goal, spent, parts }, attempt)
      } catch (error) {
        // A fallback that cannot do it either says nothing of the model that was asked for.
        throw goal.signal.aborted ? error : (spent.overload ?? error)
      }
    },
  }
}

interface Effort {
  readonly goal: Goal
  readonly spent: Spent
  readonly parts: AttemptsParts
}

async function reach<T>(first: string, effort: Effort, attempt: Attempt<T>): Promise<T> {
  const { signal, onRepeat } = effort.goal
  const { keys } = effort.parts
  for (let loan = borrow(first, effort); ; ) {
    try {
      const answer = await attempt(loan.model, loan.key)
      keys.settle(loan)
      return answer
    } catch (error) {
      const isKeyToBlame = keys.settle(loan, error)
      if (signal.aborted) throw error
      const step = isKeyToBlame ? otherKey(loan, effort.spent) : nextStep(error, loan.model, effort)
      if (step === undefined) throw error
      if (step.waitMs > 0) await pause(step.waitMs, signal)
      loan = borrow(step.served, effort, { held: isKeyToBlame ? undefined : loan, error })
      onRepeat()
    }
  }
}

/** Borrows a key for a model: the one held, where it may still be had. */
function borrow(served: string, { spent, parts: { keys } }: Effort, before?: { held: Loan | undefined; error: unknown }): Loan {
  const loan = keys.find(served, spent.keys, before?.held)
  if (loan === undefined)
    throw keys.exhausted(served) ?? before?.error ?? apiError('upstream_overloaded', undefined, { retryAfterSeconds: 1 })
  return loan
}

function otherKey({ model, position }: Loan, spent: Spent): Step {
  Object.assign(spent, NOTHING).keys.add(position)
  return { served: model, waitMs: 0 }
}

function nextStep(error: unknown, served: string, { goal, spent, parts }: Effort): Step | undefined {
  if (!(error instanceof ApiError)) return undefined
  if (error.cause instanceof WorthlessAnswer) {
    if (spent.hasAskedAgain) return undefined
    spent.hasAskedAgain = true
    return { served, waitMs: 0 }
  }
  if (error.code === 'model_not_found') return otherModel(parts.life.retire(served, goal.asked), spent)
  // A connection that was kept may be dead without a sign of it, after a freeze of the instance for instance.
  if (isConnectionLost(error) && !spent.hasReconnected) {
    spent.hasReconnected = true
    return { served, waitMs: 0 }
  }
  if (isTransient(error) && spent.retries < parts.maxRetries) {
    const waitMs = waitOf(error, spent.retries, parts.random)
    spent.retries += 1
    if (waitMs <= Math.min(LONGEST_WAIT_MS, goal.deadlineAt - performance.now())) return { served, waitMs }
  }
  const fallback = parts.fallbacks.get(served)
  if (error.code !== 'upstream_overloaded' || fallback === undefined) return undefined
  spent.overload ??= error
  return otherModel(fallback, spent)
}

function otherModel(served: string, spent: Spent): Step | undefined {
  if (spent.models.has(served)) return undefined
  spent.models.add(served)
  Object.assign(spent, NOTHING).keys.clear()
  return { served, waitMs: 0 }
}

/** As long as Gemini said; else longer each time, and never the same for all. */
function waitOf(error: ApiError, retries: number, random: () => number): number {
  if (error.code === 'rate_limit_exceeded') return (error.retryAfterSeconds ?? 0) * 1000
  return FIRST_WAIT_MS * 2 ** retries * (0.5 + random() / 2)
}

function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, waitMs)
    signal.addEventListener('abort', abort, { once: true })
  })
}
