import { setTimeout } from 'node:timers/promises'
import { type CancelSignal, toAbortSignal } from '../contract/cancelSignal.js'
import type { ApiError } from '../contract/errors.js'
import { isConnectionLost } from './failures/connection.js'
import { isTransient } from './failures/rules.js'
import { waitMsAfter } from './retryWait.js'

/** Limits of the retries of a request. */
export interface RetryLimits {
  /** Maximum number of retries with the same key and model after transient failures. */
  readonly maxRetries: number
  /** Returns a random number from 0 to 1, which spreads the retries of many requests over time. */
  readonly random: () => number
  readonly signal: CancelSignal
  /** When the request times out, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
}

// If a longer wait is needed, the client gets the error at once: it can wait without a connection.
const LONGEST_WAIT_MS = 10_000

/** The retries that a request has left with one key and model. */
export class RetryBudget {
  readonly #limits: RetryLimits
  #retries = 0
  #hasReconnected = false
  #hasRetriedInvalidAnswer = false

  constructor(limits: RetryLimits) {
    this.#limits = limits
  }

  /** Takes the one retry after an invalid answer. @returns false if it has been taken before */
  takeInvalidAnswerRetry(): boolean {
    if (this.#hasRetriedInvalidAnswer) return false
    this.#hasRetriedInvalidAnswer = true
    return true
  }

  /**
   * Takes a retry after a failure and waits before it. @returns false, at once, if the failure is
   * not transient, no retry is left, or the wait would be too long
   */
  async takeRetry(error: ApiError): Promise<boolean> {
    const { maxRetries, random, signal, deadlineAt } = this.#limits
    // Reconnect once: a pooled connection may be dead, for instance after a freeze of the instance.
    if (isConnectionLost(error.cause) && !this.#hasReconnected) {
      this.#hasReconnected = true
      return true
    }
    if (!isTransient(error) || this.#retries >= maxRetries) return false
    const waitMs = waitMsAfter(error, this.#retries, random())
    this.#retries += 1
    if (waitMs > Math.min(LONGEST_WAIT_MS, deadlineAt - performance.now())) return false
    // If the signal ends the wait, throw its reason instead of the AbortError of Node.js.
    await setTimeout(waitMs, undefined, { signal: toAbortSignal(signal) }).catch(() => signal.throwIfAborted())
    return true
  }
}
