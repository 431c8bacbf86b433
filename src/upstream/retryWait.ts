import type { ApiError } from '../contract/errors.js'
import { retryDelaySecondsOf } from './failures/rules.js'

const FIRST_WAIT_MS = 250

/**
 * Returns the milliseconds to wait before a retry: the time that Gemini named, else exponential
 * backoff with jitter.
 *
 * @param retries - the number of earlier retries
 * @param random - a random number from 0 to 1, for the jitter
 */
export function waitMsAfter(error: ApiError, retries: number, random: number): number {
  const named = retryDelaySecondsOf(error) ?? (error.code === 'rate_limit_exceeded' ? error.retryAfterSeconds : undefined)
  return named === undefined ? FIRST_WAIT_MS * 2 ** retries * (0.5 + random / 2) : named * 1000
}
