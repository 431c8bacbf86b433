/** Time limits of the doctor. Tests shorten them. */
export interface DoctorLimits {
  /** Longest wait for a step without a model call, in milliseconds. */
  readonly stepMs: number
  /** Longest wait for a whole answer of a model, in milliseconds. */
  readonly answerMs: number
  /** Silence after which a server is assumed to wait for a request body, in milliseconds. */
  readonly noResponseMs: number
  /** Longest run of all checks, in milliseconds; more than any other limit. */
  readonly totalMs: number
  /** A stream whose events all arrive within this time, in milliseconds, counts as buffered. */
  readonly minStreamMs: number
  /** Response time of Redis above which the check warns, in milliseconds. */
  readonly slowRedisMs: number
}

// slowRedisMs is far below the time limit of a Redis command, 500 ms: a request may send several.
/** The default limits: every run ends within 10 s. */
export const DOCTOR_LIMITS: DoctorLimits = {
  stepMs: 4_000,
  answerMs: 8_000,
  noResponseMs: 1_000,
  totalMs: 9_500,
  minStreamMs: 150,
  slowRedisMs: 100,
}

/** The time limits of one run of the doctor, which starts when this object is made. */
export class Deadline {
  readonly #total: AbortSignal

  constructor(readonly limits: DoctorLimits) {
    this.#total = AbortSignal.timeout(limits.totalMs)
  }

  /** Returns a signal that aborts after `stepMs`, or when the time for the whole run is over. */
  stepSignal(): AbortSignal {
    return AbortSignal.any([this.#total, AbortSignal.timeout(this.limits.stepMs)])
  }

  /** Returns a signal that aborts after `answerMs`, or when the time for the whole run is over. */
  answerSignal(): AbortSignal {
    return AbortSignal.any([this.#total, AbortSignal.timeout(this.limits.answerMs)])
  }
}
