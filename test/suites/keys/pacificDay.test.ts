import { describe, expect, test } from 'vitest'
import { nextPacificMidnight } from '../../../src/upstream/keys/pacificMidnight.js'

const midnightAfter = (now: string): string => new Date(nextPacificMidnight(Date.parse(now))).toISOString()

describe('the next midnight in Pacific time', () => {
  test.each([
    ['a winter day', '2026-01-15T20:00:00Z', '2026-01-16T08:00:00.000Z'],
    ['a summer day', '2026-07-15T20:00:00Z', '2026-07-16T07:00:00.000Z'],
    ['the evening, when UTC has another date', '2026-07-16T03:00:00Z', '2026-07-16T07:00:00.000Z'],
    ['the last millisecond of a day', '2026-07-16T06:59:59.999Z', '2026-07-16T07:00:00.000Z'],
    ['midnight itself', '2026-07-16T07:00:00Z', '2026-07-17T07:00:00.000Z'],
    ['the last day of a month', '2026-04-30T12:00:00Z', '2026-05-01T07:00:00.000Z'],
    ['the last day of a year', '2026-12-31T12:00:00Z', '2027-01-01T08:00:00.000Z'],
    ['the day before a leap day', '2028-02-28T12:00:00Z', '2028-02-29T08:00:00.000Z'],
  ])('after %s', (_what, now, midnight) => {
    expect(midnightAfter(now)).toBe(midnight)
  })

  test.each([
    ['the day before the clocks go forward ends as a winter day', '2026-03-07T20:00:00Z', '2026-03-08T08:00:00.000Z'],
    ['the day on which they go forward begins in winter time', '2026-03-08T07:59:59Z', '2026-03-08T08:00:00.000Z'],
    ['it ends in summer time, before the change', '2026-03-08T09:30:00Z', '2026-03-09T07:00:00.000Z'],
    ['it ends in summer time, after the change', '2026-03-08T10:30:00Z', '2026-03-09T07:00:00.000Z'],
    ['the day before the clocks go back ends as a summer day', '2026-10-31T20:00:00Z', '2026-11-01T07:00:00.000Z'],
    ['the day on which they go back ends in winter time, before the change', '2026-11-01T07:30:00Z', '2026-11-02T08:00:00.000Z'],
    ['it ends in winter time, in the hour that comes twice', '2026-11-01T09:30:00Z', '2026-11-02T08:00:00.000Z'],
  ])('when the clocks change: %s', (_what, now, midnight) => {
    expect(midnightAfter(now)).toBe(midnight)
  })

  test('is never more than 25 hours away, for every hour of ten years', () => {
    const hours = Array.from({ length: 10 * 365 * 24 }, (_, hour) => Date.UTC(2025, 0, 1, hour, 17)).filter((_, at) => at % 7 === 0)
    const waits = hours.map((now) => nextPacificMidnight(now) - now)
    expect(Math.min(...waits)).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(25 * 3_600_000)
  })
})
