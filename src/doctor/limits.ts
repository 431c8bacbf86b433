/** How long the doctor waits. Tests shorten it. */
export interface DoctorLimits {
  /** Longest wait for one step that needs no model, in milliseconds. */
  readonly stepMs: number
  /** Longest wait for the whole answer of a model, in milliseconds. */
  readonly answerMs: number
  /** How long a server that waits for a request body is silent, in milliseconds. */
  readonly quietMs: number
  /** Longest run, in milliseconds. Every fault is named before. */
  readonly totalMs: number
  /** Least time between the first and the last piece of a stream, in milliseconds. */
  readonly leastSpreadMs: number
  /** Longest time for a command of Redis that is no cause for a warning, in milliseconds. */
  readonly slowRedisMs: number
}

// Requests wait up to 500 ms for a command of Redis; more than one is in the way of each.
/** The usual limits: each fault is named within 10 s. */
export const DOCTOR_LIMITS: DoctorLimits = {
  stepMs: 4_000,
  answerMs: 8_000,
  quietMs: 1_000,
  totalMs: 9_500,
  leastSpreadMs: 150,
  slowRedisMs: 100,
}

/** The time of one run. */
export class Deadline {
  readonly #total: AbortSignal

  constructor(readonly limits: DoctorLimits) {
    this.#total = AbortSignal.timeout(limits.totalMs)
  }

  /** Aborts after one step, or at the end of the run. */
  step(): AbortSignal {
    return AbortSignal.any([this.#total, AbortSignal.timeout(this.limits.stepMs)])
  }

  /** Aborts after the time of an answer, or at the end of the run. */
  answer(): AbortSignal {
    return AbortSignal.any([this.#total, AbortSignal.timeout(this.limits.answerMs)])
  }
}
