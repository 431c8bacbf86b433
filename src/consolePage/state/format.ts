import { languageTag, say } from './language.js'

/** The dash that is shown for a missing value. */
export const NO_VALUE = '–'

/** Formats a number; a missing one as a dash. @param digits - maximum number of decimals */
export const formatCount = (value: number | null | undefined, digits = 0): string =>
  value === null || value === undefined ? NO_VALUE : value.toLocaleString(languageTag(), { maximumFractionDigits: digits })

/** Formats a duration in milliseconds: `312 ms`, `4.2 s`, `3 min`. */
export function formatMs(value: number | null | undefined): string {
  if (value === null || value === undefined) return NO_VALUE
  if (value < 1_000) return `${formatCount(value, value < 10 ? 1 : 0)} ms`
  if (value < 120_000) return `${formatCount(value / 1_000, 1)} s`
  return formatSeconds(value / 1_000)
}

/** Formats a duration in seconds in its two largest units: `2 d 4 h`. */
export function formatSeconds(seconds: number): string {
  const units = [
    [86_400, say('d', '天')],
    [3_600, say('h', '小时')],
    [60, say('min', '分')],
    [1, say('s', '秒')],
  ] as const
  const first = units.findIndex(([size]) => seconds >= size)
  if (first === -1) return `0 ${units[3][1]}`
  const shown: string[] = []
  let rest = Math.floor(seconds)
  for (const [size, unit] of units.slice(first, first + 2)) {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    if (amount > 0) shown.push(`${amount} ${unit}`)
  }
  return shown.join(' ')
}

/** Formats a time relative to another: `4 minutes ago`, `in 2 hours`; both in ms since 1970. */
export function formatRelative(at: number, from: number): string {
  const relative = new Intl.RelativeTimeFormat(languageTag(), { numeric: 'auto' })
  const seconds = Math.round((at - from) / 1_000)
  const size = Math.abs(seconds)
  if (size < 60) return relative.format(seconds, 'second')
  if (size < 3_600) return relative.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return relative.format(Math.round(seconds / 3_600), 'hour')
  return relative.format(Math.round(seconds / 86_400), 'day')
}

/** Formats a time, in ms since 1970, as time of day, with the date if that is not today. */
export function formatTime(at: number): string {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date().toDateString()
  return isToday
    ? date.toLocaleTimeString(languageTag(), { hour12: false })
    : date.toLocaleString(languageTag(), { dateStyle: 'short', timeStyle: 'medium', hour12: false })
}

/** Formats a cost in US dollars, with four decimals below one dollar; null as `unknown`. */
export function formatCost(value: number | null): string {
  if (value === null) return say('unknown', '未知')
  if (value > 0 && value < 0.0001) return '< $0.0001'
  const digits = value < 1 ? 4 : 2
  return `$${value.toLocaleString(languageTag(), { minimumFractionDigits: digits, maximumFractionDigits: digits })}`
}
