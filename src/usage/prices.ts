/**
 * Prices of Gemini for the paid standard tier, in US dollars per million tokens. Input prices are
 * those of text, images and video; audio input costs more with some models. Taxes, tools and cache
 * storage are not included.
 *
 * A model or a price that is missing here is unknown: nothing is derived from another model.
 *
 * @see https://ai.google.dev/gemini-api/docs/pricing
 */

/** Day on which the table of prices was last compared with Google's page. */
export const PRICES_AS_OF = '2026-11-28'

/** Google's page with the prices. */
export const PRICES_SOURCE = 'https://ai.google.dev/gemini-api/docs/pricing'

/** Prices of a million tokens, in US dollars. */
export interface TokenPrices {
  readonly input: number
  /** Price of prompt tokens that Gemini had cached; undefined if it is unknown. */
  readonly cachedInput?: number
  /** Price of the tokens of answers, thinking included. */
  readonly output: number
}

/** The prices of a model from a date on. */
export interface ModelPrices extends TokenPrices {
  /** Start of these prices: ISO 8601, in Pacific time; undefined for a model's first prices. */
  readonly from?: string
  /** Prices of a whole request whose prompt is longer than 200,000 tokens, if they differ. */
  readonly longPrompt?: TokenPrices
}

const DISCOUNTED_FLASH = { input: 0.75, cachedInput: 0.075, output: 3.75 } as const
const FULL_FLASH = { input: 1.5, cachedInput: 0.15, output: 7.5 } as const
// The introductory prices of Gemini 3.6 to 3.8 Flash end with the year 2026.
const FLASH_AFTER_2026 = { from: '2027-01-01T00:00-08:00', ...FULL_FLASH } as const
const FLASH_LITE = { input: 0.3, cachedInput: 0.03, output: 2.5 } as const
const INTRODUCTORY_4 = { input: 2, cachedInput: 0.1, output: 10 } as const
const FULL_4 = { from: '2026-12-01T00:00-08:00', input: 4, cachedInput: 0.2, output: 20 } as const
// From this day, Google serves requests for Gemini 2.5 with newer models, at their prices.
const END_OF_2_5 = '2026-12-01T00:00-08:00'

/** The prices of each model, oldest first. */
export const PRICES: Readonly<Record<string, readonly ModelPrices[]>> = {
  'gemini-4-neon': [{ input: 3, output: 15 }],
  'gemini-4-hydrogen': [{ input: 1.5, cachedInput: 0.075, output: 7.5 }],
  'gemini-4-carbon': [INTRODUCTORY_4, FULL_4],
  'gemini-4-argon': [INTRODUCTORY_4, FULL_4],
  'gemini-3.8-flash': [DISCOUNTED_FLASH, FLASH_AFTER_2026],
  'gemini-3.7-flash': [DISCOUNTED_FLASH, FLASH_AFTER_2026],
  // Google reduced the prices of 3.6 Flash with the release of Gemini 3.8 Flash.
  'gemini-3.6-flash': [FULL_FLASH, { from: '2026-09-02T00:00-07:00', ...DISCOUNTED_FLASH }, FLASH_AFTER_2026],
  'gemini-3.5-flash': [{ input: 1.5, cachedInput: 0.15, output: 9 }],
  'gemini-3.5-flash-lite': [FLASH_LITE],
  'gemini-3.1-flash-lite': [{ input: 0.25, cachedInput: 0.025, output: 1.5 }],
  'gemini-3.1-pro-preview': [{ input: 2, cachedInput: 0.2, output: 12, longPrompt: { input: 4, cachedInput: 0.4, output: 18 } }],
  'gemini-3-flash-preview': [{ input: 0.5, cachedInput: 0.05, output: 3 }],
  'gemini-2.5-pro': [
    { input: 1.25, cachedInput: 0.125, output: 10, longPrompt: { input: 2.5, cachedInput: 0.25, output: 15 } },
    { from: END_OF_2_5, ...DISCOUNTED_FLASH },
    FLASH_AFTER_2026,
  ],
  'gemini-2.5-flash': [
    { input: 0.3, cachedInput: 0.03, output: 2.5 },
    { from: END_OF_2_5, ...FLASH_LITE },
  ],
  'gemini-2.5-flash-lite': [{ input: 0.1, cachedInput: 0.01, output: 0.4 }],
  // The speech models: input is text, output is audio.
  'gemini-3.8-flash-tts': [
    { input: 0.5, output: 9 },
    { from: '2027-01-01T00:00-08:00', input: 1, output: 18 },
  ],
  'gemini-3.8-flash-lite-tts': [
    { input: 0.5, output: 6 },
    { from: '2027-01-01T00:00-08:00', input: 1, output: 12 },
  ],
  // The transcription model: input is audio.
  'gemini-3.5-transcribe': [{ input: 2, output: 12 }],
  'gemini-embedding-001': [{ input: 0.15, output: 0 }],
}
