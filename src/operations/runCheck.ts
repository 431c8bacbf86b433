import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { Doctor } from './listChecks.js'

const MOST_RUNS = 60
const WINDOW_MS = 60_000

/**
 * POST /console/api/checks/{check}: runs a check. Checks send requests to Gemini: only one runs at
 * a time, and only some in a minute.
 *
 * @param elapsed - returns the milliseconds of a clock that is never set back
 */
export const makeRunCheck = (doctor: Doctor, elapsed: () => number): Operation<'runCheck'> => {
  let isRunning = false
  let starts: number[] = []
  const admit = (): void => {
    const now = elapsed()
    starts = starts.filter((startedAt) => startedAt > now - WINDOW_MS)
    if (isRunning) throw tooMany('Another check is running.', 1)
    const [first] = starts
    if (first !== undefined && starts.length >= MOST_RUNS)
      throw tooMany(`At most ${MOST_RUNS} checks run in a minute.`, Math.max(1, Math.ceil((first + WINDOW_MS - now) / 1000)))
    starts.push(now)
  }

  return async ({ path: { check } }) => {
    const isKnown = (await doctor.list()).some(({ id }) => id === check)
    if (!isKnown) throw apiError('unknown_url', 'This check does not exist. GET /console/api/checks lists all checks.')
    admit()
    isRunning = true
    try {
      return { json: await doctor.run(check) }
    } finally {
      isRunning = false
    }
  }
}

const tooMany = (reason: string, seconds: number): Error =>
  apiError('rate_limit_exceeded', `${reason} Retry in ${seconds} s.`, { retryAfterSeconds: seconds })
