import { LIST, type SettingReader } from './readers.js'

/** The harm categories for which Gemini has adjustable thresholds. */
const HARM_CATEGORIES = [
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
] as const

const THRESHOLDS = ['OFF', 'BLOCK_NONE', 'BLOCK_ONLY_HIGH', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_LOW_AND_ABOVE'] as const

/** The threshold from which Gemini blocks content of one harm category. */
export interface SafetySetting {
  readonly category: (typeof HARM_CATEGORIES)[number]
  readonly threshold: (typeof THRESHOLDS)[number]
}

/** Reads one threshold for all harm categories, or comma-separated `CATEGORY=THRESHOLD` pairs. */
export const SAFETY_SETTINGS: SettingReader<readonly SafetySetting[]> = (text) => {
  const entries = LIST(text)
  const forAll = entries.length === 1 ? THRESHOLDS.find((each) => each === entries[0]) : undefined
  if (forAll !== undefined) return HARM_CATEGORIES.map((category) => ({ category, threshold: forAll }))
  const settings = new Map<string, SafetySetting>()
  const invalid = entries.filter((entry) => {
    const [name, value, ...rest] = entry.split('=').map((part) => part.trim())
    const category = HARM_CATEGORIES.find((each) => each === name)
    const threshold = THRESHOLDS.find((each) => each === value)
    if (category === undefined || threshold === undefined || rest.length > 0 || settings.has(category)) return true
    settings.set(category, { category, threshold })
    return false
  })
  if (invalid.length > 0) {
    throw new Error(
      `must be a threshold (${THRESHOLDS.join(', ')}) or comma-separated CATEGORY=THRESHOLD pairs, each category (${HARM_CATEGORIES.join(', ')}) once; invalid: ${invalid.map((entry) => JSON.stringify(entry)).join(', ')}.`,
    )
  }
  return [...settings.values()]
}
