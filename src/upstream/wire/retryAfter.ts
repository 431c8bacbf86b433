const LONGEST_SECONDS = 86_400

/**
 * Reads the header `Retry-After`: seconds, or a date.
 *
 * @param date - the header `Date` of the same response, so that the clock of this machine does not
 *   matter
 * @returns seconds to wait, at most a day; undefined if the header is absent or invalid
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(retryAfter: unknown, date: unknown): number | undefined {
  const text = String(retryAfter ?? '').trim()
  const seconds = /^\d{1,30}(?:\.\d{1,10})?$/.test(text) ? Number(text) : secondsUntil(text, date)
  return Number.isNaN(seconds) ? undefined : Math.min(LONGEST_SECONDS, Math.max(0, seconds))
}

/**
 * Returns the seconds from `date`, or from now, until an HTTP date; NaN for other texts. One of the
 * three date formats has no time zone: HTTP dates are always in GMT.
 */
function secondsUntil(text: string, date: unknown): number {
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun).*\d:\d\d/.test(text)) return Number.NaN
  const until = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  const sentAt = Date.parse(String(date))
  return (until - (Number.isNaN(sentAt) ? Date.now() : sentAt)) / 1000
}
