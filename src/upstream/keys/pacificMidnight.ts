const PACIFIC: Intl.DateTimeFormatOptions = {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
}

/**
 * Returns the next midnight in Pacific time, when Google resets its daily quotas.
 *
 * @param now - milliseconds since 1970, like the result
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
export function nextPacificMidnight(now: number): number {
  const format = new Intl.DateTimeFormat('en-US', PACIFIC)
  const partsOf = (time: number): Record<string, number> =>
    Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day = 0 } = partsOf(now)
  // Pacific time is 7 h behind UTC in summer, 8 h in winter. Clocks change at 2 a.m., not midnight.
  const summer = Date.UTC(year, month - 1, day + 1, 7)
  return partsOf(summer).hour === 0 ? summer : Date.UTC(year, month - 1, day + 1, 8)
}
