/** The two clocks of a process. */
export interface Clock {
  /** The time of day, in milliseconds since 1970. An operator or NTP may set it back or ahead. */
  readonly now: () => number
  /** Milliseconds of `performance.now()`: for waits, as it never steps. */
  readonly elapsed: () => number
}

/** Returns the elapsed time. Looks `performance` up on each call, so that tests can replace it. */
export const elapsed = (): number => performance.now()
