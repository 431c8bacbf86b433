import type { Secret } from '../config/secret.js'
import type { CancelSignal } from '../contract/cancelSignal.js'
import { ApiError, apiError } from '../contract/errors.js'
import type { RequestLog } from '../contract/requestLog.js'
import { InvalidAnswer } from './answer/choice.js'
import { addRefusal, NO_REFUSALS, type Refusals } from './failures/refusals.js'
import { keyFaultOf } from './failures/rules.js'
import type { KeyLease, KeyRing } from './keys/ring.js'
import type { ModelRetirement } from './models/retirement.js'
import { RetryBudget, type RetryLimits } from './retryBudget.js'

/** Makes attempts until Gemini answers or no further attempt makes sense. */
export interface Attempts {
  /**
   * Runs an attempt, and repeats it as long as another one may succeed. Must not be called after a
   * part of the answer has been sent to the client.
   *
   * @throws what the last attempt threw, or the signal's reason
   */
  run<T>(options: AttemptOptions, attempt: Attempt<T>): Promise<T>
  /** Makes a loop of attempts for one answer, which can retry even after the answer has begun. */
  start(options: AttemptOptions): AttemptLoop
}

/** The attempts of one answer. They share the keys and models tried and the number of retries. */
export interface AttemptLoop {
  /** Like {@link Attempts.run}. */
  run<T>(attempt: Attempt<T>): Promise<T>
  /** Retries after a begun answer proved unusable. Rethrows `failure` if no retry makes sense. */
  runAgain<T>(failure: unknown, attempt: Attempt<T>): Promise<T>
  /** Records the key's fault when a begun answer fails. @returns true if another key may succeed */
  recordKeyFault(failure: unknown): boolean
}

/** Model and key of an attempt, what Gemini refused before, and functions that control retries. */
export interface AttemptTarget extends Refusals {
  readonly model: string
  readonly key: Secret
  /** Prevents further attempts. Called when the answer can no longer start from its beginning. */
  readonly commit: () => void
  /** Counts a retry, and waits before it. Rethrows `failure` if a retry makes no sense. */
  readonly waitToRepeat: (failure: unknown) => Promise<void>
}

/** Makes one attempt. Resolves to the whole answer, with its continuations, or a begun stream. */
export type Attempt<T> = (target: AttemptTarget) => Promise<T>

/** Model, deadline, log and excluded keys of a request's attempts. */
export interface AttemptOptions {
  /** The Gemini model to call first. */
  readonly servedModel: string
  /** The name that the client used for the model. */
  readonly requestedModel: string
  /**
   * The method of the model, for requests that generate no answer: such a method has its own quota,
   * and a 404 does not mean that the model is retired. Undefined for other requests.
   */
  readonly method?: 'countTokens' | 'get'
  readonly signal: CancelSignal
  /** When the request times out, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /** Log of the request; its field `repeats` counts the attempts after the first. */
  readonly requestLog: RequestLog
  /** Positions in `GEMINI_API_KEY` of the keys that cannot access items named in the request. */
  readonly excludedKeys?: ReadonlySet<number>
}

/** Dependencies of {@link makeAttempts}. */
export interface RetryPolicy extends Pick<RetryLimits, 'maxRetries' | 'random'> {
  readonly retirement: ModelRetirement
  readonly keys: KeyRing
  /** The fallback of each model: the model to call instead while it is overloaded. */
  readonly fallbacks: ReadonlyMap<string, string>
}

/**
 * Makes {@link Attempts}. Attempts after the first are: retries after transient failures, other
 * keys, one reconnection, one retry of an invalid answer, one without refused signatures, one with
 * simpler schemas, the replacement of a retired model, and fallbacks.
 */
export const makeAttempts = (policy: RetryPolicy): Attempts => ({
  run: (options, attempt) => new RetryLoop(policy, options).run(attempt),
  start: (options) => new RetryLoop(policy, options),
})

class RetryLoop implements AttemptLoop {
  readonly #policy: RetryPolicy
  readonly #options: AttemptOptions
  /** Counts and limits the retries with the current key and model. */
  #budget: RetryBudget
  /** Positions of the keys that are excluded, or have failed with the current model. */
  #failedKeys: Set<number>
  readonly #triedModels = new Set<string>()
  #refusals = NO_REFUSALS
  #isCommitted = false
  /** The error that led to the first fallback. */
  #overload: ApiError | undefined
  /** The model of the last attempt. */
  #model = ''
  /** The key lease of the last attempt. */
  #held: KeyLease | undefined

  constructor(policy: RetryPolicy, options: AttemptOptions) {
    this.#policy = policy
    this.#options = options
    this.#failedKeys = new Set(options.excludedKeys)
    this.#budget = this.#newBudget()
  }

  run<T>(attempt: Attempt<T>): Promise<T> {
    return this.#runFrom(async () => {
      const model = this.#policy.retirement.currentModel(this.#options.servedModel)
      this.#triedModels.add(model)
      return this.#lease(model)
    }, attempt)
  }

  runAgain<T>(failure: unknown, attempt: Attempt<T>): Promise<T> {
    const isKeyAtFault = this.recordKeyFault(failure)
    return this.#runFrom(() => this.#leaseAfter(failure, isKeyAtFault), attempt)
  }

  recordKeyFault(failure: unknown): boolean {
    // The call was recorded as answered when its answer began: only a key fault is recorded now.
    return this.#held !== undefined && keyFaultOf(failure) !== undefined && this.#policy.keys.settle(this.#held, failure)
  }

  async #runFrom<T>(begin: () => Promise<KeyLease>, attempt: Attempt<T>): Promise<T> {
    try {
      for (let lease = await begin(); ; ) {
        this.#held = lease
        try {
          const answer = await attempt(this.#toTarget(lease))
          this.#policy.keys.settle(lease)
          return answer
        } catch (error) {
          lease = await this.#leaseAfter(error, this.#policy.keys.settle(lease, error))
        }
      }
    } catch (error) {
      // If a fallback fails, throw the error that led to the first fallback.
      throw this.#options.signal.aborted || this.#isCommitted ? error : (this.#overload ?? error)
    }
  }

  #toTarget({ key }: KeyLease): AttemptTarget {
    return {
      model: this.#model,
      key,
      ...this.#refusals,
      commit: () => {
        this.#isCommitted = true
      },
      waitToRepeat: (failure) => this.#waitToRepeat(failure),
    }
  }

  /** Leases a key for another attempt, after a wait. @throws `failure` if no attempt makes sense */
  async #leaseAfter(failure: unknown, isKeyAtFault: boolean): Promise<KeyLease> {
    const { signal, requestLog } = this.#options
    const held = this.#held
    if (held === undefined || signal.aborted || this.#isCommitted) throw failure
    if (isKeyAtFault) {
      this.#budget = this.#newBudget()
      this.#failedKeys.add(held.position)
    }
    const next = isKeyAtFault ? this.#model : await this.#prepareRetry(failure, this.#model)
    if (next === undefined) throw failure
    const lease = this.#lease(next, isKeyAtFault ? undefined : held, failure)
    requestLog.repeats = (requestLog.repeats ?? 0) + 1
    return lease
  }

  /** Leases a key for a model, preferably that of `held`. @throws an error if no key is usable */
  #lease(model: string, held?: KeyLease, error?: unknown): KeyLease {
    const { keys } = this.#policy
    const { method, excludedKeys } = this.#options
    this.#model = model
    const name = method === undefined ? model : `${model}:${method}`
    const lease = keys.lease(name, this.#failedKeys, held, (excludedKeys?.size ?? 0) === 0)
    if (lease !== undefined) return lease
    throw keys.exhaustionError(name, excludedKeys) ?? error ?? apiError('upstream_overloaded', undefined, { retryAfterSeconds: 1 })
  }

  /** Waits until another attempt makes sense. @returns the model to call; undefined if none does */
  async #prepareRetry(error: unknown, model: string): Promise<string | undefined> {
    if (!(error instanceof ApiError)) return undefined
    if (error.cause instanceof InvalidAnswer) {
      if (error.cause.isSignatureMissing) this.#refusals = { ...this.#refusals, areSignaturesRefused: true }
      return this.#budget.takeInvalidAnswerRetry() ? model : undefined
    }
    const refusals = addRefusal(this.#refusals, error)
    if (refusals !== undefined) {
      // The next attempt sends a changed request, so it does not count as a retry.
      this.#refusals = refusals
      return model
    }
    if (error.code === 'model_not_found') return this.#switchModel(this.#replace(model))
    if (await this.#budget.takeRetry(error)) return model
    const fallback = this.#policy.fallbacks.get(model)
    if (error.code !== 'upstream_overloaded' || fallback === undefined) return undefined
    this.#overload ??= error
    return this.#switchModel(fallback)
  }

  async #waitToRepeat(failure: unknown): Promise<void> {
    const { signal, requestLog } = this.#options
    if (signal.aborted || !(failure instanceof ApiError) || !(await this.#budget.takeRetry(failure))) throw failure
    requestLog.repeats = (requestLog.repeats ?? 0) + 1
  }

  #newBudget(): RetryBudget {
    const { maxRetries, random } = this.#policy
    const { signal, deadlineAt } = this.#options
    return new RetryBudget({ maxRetries, random, signal, deadlineAt })
  }

  /** Returns the replacement of a model that Google does not know. @throws 404 if it has none */
  #replace(model: string): string {
    const { method, requestedModel } = this.#options
    const { retirement } = this.#policy
    return method === undefined ? retirement.retire(model, requestedModel) : retirement.replacementFor(model, requestedModel)
  }

  /** Resets keys and retries for another model. @returns undefined if it has been tried already */
  #switchModel(model: string): string | undefined {
    if (this.#triedModels.has(model)) return undefined
    this.#triedModels.add(model)
    this.#budget = this.#newBudget()
    this.#failedKeys = new Set(this.#options.excludedKeys)
    return model
  }
}
