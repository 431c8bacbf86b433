import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { JsonResponseOf } from '../contract/types.js'
import type { Doctor } from '../doctor/doctor.js'
import type { CheckResult } from '../doctor/result.js'

const MAX_RUNS = 120
const RUN_WINDOW_MS = 60_000

/**
 * Handler of POST /console/api/checks/{check}: runs a check of the doctor. Checks send requests to
 * Gemini, so only one runs at a time, and at most 120 start in a minute.
 *
 * @param elapsed - returns the milliseconds of a monotonic clock
 */
export const makeRunCheck = (loadDoctor: () => Promise<Doctor>, elapsed: () => number): Operation<'runCheck'> => {
  let isRunning = false
  let starts: number[] = []
  const admit = (): void => {
    const now = elapsed()
    starts = starts.filter((startedAt) => startedAt > now - RUN_WINDOW_MS)
    if (isRunning) throw tooMany('Another check is running.', 1)
    const [first] = starts
    if (first !== undefined && starts.length >= MAX_RUNS)
      throw tooMany(`At most ${MAX_RUNS} checks can run per minute.`, Math.max(1, Math.ceil((first + RUN_WINDOW_MS - now) / 1000)))
    starts.push(now)
  }

  return async ({ path: { check } }) => {
    const doctor = await loadDoctor()
    if (!doctor.list().some(({ id }) => id === check)) throw unknownCheck()
    admit()
    isRunning = true
    try {
      const result = await doctor.run(check)
      if (result === undefined) throw unknownCheck()
      return { json: toJson(result) }
    } finally {
      isRunning = false
    }
  }
}

const toJson = ({ id, status, message, nextStep, durationMs }: CheckResult): JsonResponseOf<'runCheck'> => ({
  id,
  status,
  message,
  next_step: nextStep ?? null,
  duration_ms: durationMs,
})

const unknownCheck = (): Error => apiError('unknown_url', 'This check does not exist. GET /console/api/checks lists all checks.')

const tooMany = (reason: string, seconds: number): Error =>
  apiError('rate_limit_exceeded', `${reason} Retry in ${seconds} s.`, { retryAfterSeconds: seconds })
