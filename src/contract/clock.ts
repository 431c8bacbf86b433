/** The two clocks of a process. */
export interface Clock {
  /** The time of day, in milliseconds since 1970. An operator or NTP may set it back or ahead. */
  readonly now: () => number
  /** Milliseconds since the process started. For waits: it is never set back. */
  readonly elapsed: () => number
}

/** The monotonic clock of Node.js. Looks `performance` up on each call: tests replace it. */
export const elapsed = (): number => performance.now()
