import { type ModelPrices, PRICES, type TokenPrices } from './prices.js'

/** Tokens of one request. */
export interface TokenCounts {
  readonly prompt: number
  /** The part of `prompt` that Gemini had cached. */
  readonly cached: number
  /** Tokens of the answer, thinking included. */
  readonly completion: number
}

/** The cost of a request. */
export interface Cost {
  /** US dollars; without the cached tokens if their price is unknown. */
  readonly amount: number
  /** False if the price of cached tokens is unknown: `amount` is then a lower bound. */
  readonly isComplete: boolean
}

const LONG_PROMPT_TOKENS = 200_000
const PER_TOKEN = 1_000_000

const startOf = ({ from }: ModelPrices): number => (from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from))

/**
 * Computes the cost of one request.
 *
 * @param model - the Gemini model that answered
 * @param at - time of the request, in milliseconds since 1970
 * @returns undefined if the price of the model is unknown
 */
export function costOf(model: string, counts: TokenCounts, at: number): Cost | undefined {
  const periods = Object.hasOwn(PRICES, model) ? PRICES[model] : undefined
  const period = periods?.findLast((prices) => startOf(prices) <= at)
  if (period === undefined) return undefined
  // With several choices, the prompts are summed: the cost is too high if no single one is long.
  const prices: TokenPrices = counts.prompt > LONG_PROMPT_TOKENS ? (period.longPrompt ?? period) : period
  const cached = Math.min(counts.cached, counts.prompt)
  const sum = (counts.prompt - cached) * prices.input + cached * (prices.cachedInput ?? 0) + counts.completion * prices.output
  return { amount: sum / PER_TOKEN, isComplete: cached === 0 || prices.cachedInput !== undefined }
}
