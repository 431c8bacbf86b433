import { type CliContext, CliError, EXIT } from '../io/context.js'
import type { ParsedArguments } from '../io/options.js'

/** The period whose requests are counted, in Unix milliseconds; `until` is exclusive. */
export interface Period {
  readonly since: number | undefined
  readonly until: number | undefined
}

const DAY = /^\d{4}-\d\d-\d\d$/
const AGO = /^(\d{1,6})(m|h|d)$/
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Reads `--since` and `--until`. Days begin at midnight in the process's time zone (`TZ`). */
export function readPeriod(given: ParsedArguments, context: CliContext, now: number): Period {
  const read = (name: string, isEnd: boolean): number | undefined => {
    const text = given.text(name)
    if (text === undefined) return undefined
    const at = readMoment(text, now, isEnd)
    if (Number.isNaN(at)) throw new CliError(context.texts.badMoment(`--${name}`), EXIT.usage)
    return at
  }
  return { since: read('since', false), until: read('until', true) }
}

/** Parses a time; NaN if invalid. @param isEnd - true if a date stands for the end of its day */
function readMoment(text: string, now: number, isEnd: boolean): number {
  const [, count, unit] = AGO.exec(text) ?? []
  if (unit === 'm' || unit === 'h' || unit === 'd') return now - Number(count) * UNIT_MS[unit]
  const [date = '', isDay] = [text.split('T')[0], DAY.test(text)]
  const day = new Date(`${date}T00:00:00`)
  // The comparison finds invalid dates: `Date` parses 2026-02-31 as a day in March.
  if (!DAY.test(date) || toDay(day.getTime()) !== date) return Number.NaN
  if (!isDay) return Date.parse(text)
  if (isEnd) day.setDate(day.getDate() + 1)
  return day.getTime()
}

/** Formats the date of a time in the process's time zone, such as 2026-02-28; '' if invalid. */
export function toDay(at: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** True if a request is within the period. A request without a time matches no limited period. */
export function isWithin({ since, until }: Period, at: number | undefined): boolean {
  if (at === undefined) return since === undefined && until === undefined
  return (since === undefined || at >= since) && (until === undefined || at < until)
}
