const PACIFIC: Intl.DateTimeFormatOptions = {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
}

/**
 * Gives the next midnight in Pacific time, when Google's daily quotas begin anew.
 *
 * @param now - milliseconds since 1970
 * @returns milliseconds since 1970, later than `now`
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
export function nextPacificMidnight(now: number): number {
  const format = new Intl.DateTimeFormat('en-US', PACIFIC)
  const partsOf = (time: number): Record<string, number> =>
    Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day = 0 } = partsOf(now)
  // Midnight is seven hours behind UTC in summer and eight in winter; the clocks change at two in the morning.
  const summer = Date.UTC(year, month - 1, day + 1, 7)
  return partsOf(summer).hour === 0 ? summer : Date.UTC(year, month - 1, day + 1, 8)
}
