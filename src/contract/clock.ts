/** The two clocks of a process. */
export interface Clock {
  /** The time of day, in milliseconds since 1970. An operator or NTP may set it back or ahead. */
  readonly now: () => number
  /** Milliseconds since the process started: never set back, and therefore used for waits. */
  readonly elapsed: () => number
}

/** Milliseconds of the monotonic clock. Looks up `performance` on each call: tests replace it. */
export const elapsed = (): number => performance.now()
