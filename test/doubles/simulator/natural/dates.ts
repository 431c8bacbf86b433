const DAY_MS = 86_400_000
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const CHINESE_WEEKDAYS = '日一二三四五六'
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const RELATIVE: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  tomorrow: 1,
  'day after tomorrow': 2,
  yesterday: -1,
  今天: 0,
  今晚: 0,
  明天: 1,
  后天: 2,
  昨天: -1,
}
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'
const FORMS: readonly (readonly [RegExp, (match: RegExpExecArray, now: Date) => Date])[] = [
  [/\b(\d{4})-(\d{2})-(\d{2})\b/g, ([, year, month, day]) => dateOf(year, Number(month), day)],
  [/(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]/g, ([, year, month, day], now) => dateOf(year ?? now.getUTCFullYear(), Number(month), day)],
  [
    new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?\\b`, 'gi'),
    ([, month, day, year], now) => dateOf(year ?? now.getUTCFullYear(), monthOf(month), day),
  ],
  [
    new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? (\\d{4}))?\\b`, 'gi'),
    ([, day, month, year], now) => dateOf(year ?? now.getUTCFullYear(), monthOf(month), day),
  ],
  [
    /\b(?:day after tomorrow|today|tonight|tomorrow|yesterday)\b|今天|今晚|明天|后天|昨天/gi,
    ([word], now) => later(now, RELATIVE[word.toLowerCase()] ?? 0),
  ],
  [
    new RegExp(`\\b(?:${WEEKDAYS.join('|')})\\b`, 'gi'),
    ([word], now) => later(now, ((WEEKDAYS.indexOf(word.toLowerCase()) - now.getUTCDay() + 6) % 7) + 1),
  ],
  [
    /(?:周|星期|礼拜)([日天一二三四五六])/g,
    ([, day = ''], now) => later(now, ((CHINESE_WEEKDAYS.indexOf(day.replace('天', '日')) - now.getUTCDay() + 6) % 7) + 1),
  ],
]

/** A date or time found in a text. */
export interface Found {
  readonly value: string
  readonly at: number
  readonly end: number
}

/** Finds the dates in a text, in the format `2026-11-28`. */
export function datesIn(text: string, now = new Date()): Found[] {
  const found: Found[] = []
  for (const [form, read] of FORMS)
    for (const match of text.matchAll(form)) {
      const [at, end] = [match.index, match.index + match[0].length]
      const date = read(match, now)
      if (Number.isNaN(date.getTime()) || found.some((other) => at < other.end && end > other.at)) continue
      found.push({ value: date.toISOString().slice(0, 10), at, end })
    }
  return found.sort((a, b) => a.at - b.at)
}

/** Finds the times of day in a text, in the format `15:30`. */
export function timesIn(text: string): Found[] {
  const english = [...text.matchAll(/\b(\d{1,2})(?::(\d{2}))? ?(am|pm)\b|\b(\d{1,2}):(\d{2})\b|\b(noon|midnight)\b/gi)].map((match) => {
    const [whole, hour, minute, half, plainHour, plainMinute, named] = match
    const base = named === undefined ? Number(hour ?? plainHour) : named.toLowerCase() === 'noon' ? 12 : 0
    const isLate = half?.toLowerCase() === 'pm'
    return found(match.index, whole, half === undefined ? base : (base % 12) + (isLate ? 12 : 0), minute ?? plainMinute ?? '00')
  })
  const chinese = [...text.matchAll(/(上午|早上|中午|下午|晚上)?(\d{1,2}|[一二三四五六七八九十两]{1,2})[点时](半|\d{1,2}分)?/g)].map(
    (match) => {
      const [whole, half, hour = '', minute] = match
      const base = /\d/.test(hour) ? Number(hour) : chineseNumber(hour)
      const isLate = half === '下午' || half === '晚上'
      return found(match.index, whole, isLate && base < 12 ? base + 12 : base, minute === '半' ? '30' : (minute?.replace('分', '') ?? '00'))
    },
  )
  return [...english, ...chinese].filter(({ value }) => value < '24')
}

/** The value of a Chinese number up to 99. */
export function chineseNumber(text: string): number {
  const digit = (character: string | undefined): number => '零一二三四五六七八九'.indexOf((character ?? '').replace('两', '二') || '零')
  const ten = text.indexOf('十')
  if (ten === -1) return digit(text[0])
  return (ten === 0 ? 1 : digit(text[0])) * 10 + digit(text[ten + 1])
}

const found = (at: number, whole: string, hour: number, minute: string): Found => ({
  value: `${String(hour).padStart(2, '0')}:${minute.padStart(2, '0')}`,
  at,
  end: at + whole.length,
})

const later = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY_MS)

const monthOf = (name = ''): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1

function dateOf(year: string | number | undefined, month: number, day: string | undefined): Date {
  return new Date(`${year}-${String(month).padStart(2, '0')}-${(day ?? '').padStart(2, '0')}T00:00:00Z`)
}
