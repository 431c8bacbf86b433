/** Time limits of the doctor. Tests shorten them. */
export interface DoctorLimits {
  /** Longest wait for a step without a model call, in milliseconds. */
  readonly stepMs: number
  /** Longest wait for a whole answer of a model, in milliseconds. */
  readonly answerMs: number
  /** Silence after which a server is assumed to wait for a request body, in milliseconds. */
  readonly quietMs: number
  /** Longest run, in milliseconds; every single limit ends earlier. */
  readonly totalMs: number
  /** Least time between the first and the last piece of a stream, in milliseconds. */
  readonly leastSpreadMs: number
}

/** The default limits: every run ends within 10 s. */
export const DOCTOR_LIMITS: DoctorLimits = { stepMs: 4_000, answerMs: 8_000, quietMs: 1_000, totalMs: 9_500, leastSpreadMs: 150 }

/** The time limit of one run. */
export class Deadline {
  readonly #total: AbortSignal

  constructor(readonly limits: DoctorLimits) {
    this.#total = AbortSignal.timeout(limits.totalMs)
  }

  /** Aborts after one step, or at the end of the run. */
  step(): AbortSignal {
    return AbortSignal.any([this.#total, AbortSignal.timeout(this.limits.stepMs)])
  }

  /** Aborts after the time for an answer, or at the end of the run. */
  answer(): AbortSignal {
    return AbortSignal.any([this.#total, AbortSignal.timeout(this.limits.answerMs)])
  }
}
