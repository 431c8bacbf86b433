import type { Usage } from '../../contract/types.js'

/** Gemini's token counts under OpenAI's names. Only `total_tokens` always includes thoughts. */
export interface RawUsage {
  readonly prompt_tokens?: Count
  readonly completion_tokens?: Count
  readonly total_tokens?: Count
  readonly prompt_tokens_details?: { readonly cached_tokens?: Count } | null
  readonly completion_tokens_details?: { readonly reasoning_tokens?: Count } | null
  /** Counts by modality, such as `image_tokens`. Undefined for the compatible API. */
  readonly exactDetails?: { readonly prompt: TokenDetails; readonly completion: TokenDetails }
}

/** Token counts by name, such as `image_tokens`. */
export type TokenDetails = Readonly<Record<string, number>>

type Count = number | null | undefined

/** True if there is a token count of the prompt, of the completion or in total. */
export const hasCounts = ({ prompt_tokens: prompt, completion_tokens: completion, total_tokens: total }: RawUsage): boolean =>
  typeof (prompt ?? completion ?? total) === 'number'

/** Returns the larger of two counts, or the only known one; undefined if both are unknown. */
function largest(earlier: Count, later: Count): Count {
  if (typeof earlier !== 'number') return typeof later === 'number' ? later : undefined
  return typeof later === 'number' && later > earlier ? later : earlier
}

/** Returns the larger counts of two events: the later event may lack some, or reset them to 0. */
export const mergeUsage = (earlier: RawUsage, later: RawUsage): RawUsage => ({
  prompt_tokens: largest(earlier.prompt_tokens, later.prompt_tokens),
  completion_tokens: largest(earlier.completion_tokens, later.completion_tokens),
  total_tokens: largest(earlier.total_tokens, later.total_tokens),
  prompt_tokens_details: {
    cached_tokens: largest(earlier.prompt_tokens_details?.cached_tokens, later.prompt_tokens_details?.cached_tokens),
  },
  completion_tokens_details: {
    reasoning_tokens: largest(earlier.completion_tokens_details?.reasoning_tokens, later.completion_tokens_details?.reasoning_tokens),
  },
})

/**
 * Converts Gemini's token counts to OpenAI's: prompt + completion = total. The completion includes
 * thoughts, which its details count as `reasoning_tokens`.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai
 */
export function toUsage(raw: RawUsage): Usage {
  const prompt = raw.prompt_tokens ?? 0
  const visible = raw.completion_tokens ?? 0
  const total = Math.max(raw.total_tokens ?? 0, prompt + visible)
  const hidden = total - prompt - visible
  const named = Math.min(raw.completion_tokens_details?.reasoning_tokens ?? 0, total - prompt)
  const { exactDetails: exact } = raw
  return {
    prompt_tokens: prompt,
    completion_tokens: total - prompt,
    total_tokens: total,
    prompt_tokens_details: { cached_tokens: raw.prompt_tokens_details?.cached_tokens ?? 0, audio_tokens: 0, ...exact?.prompt },
    completion_tokens_details: {
      reasoning_tokens: exact === undefined ? Math.max(hidden, named) : named,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
      ...exact?.completion,
    },
  }
}

/** Tokens of an answer without its thoughts. */
export interface AnswerTokens {
  readonly total: number
  /** Tokens of images, included in `total`; 0 if Gemini does not count them separately. */
  readonly images: number
}

/** Returns an answer's tokens without thoughts; undefined if Gemini has not counted them. */
export function countAnswerTokens(raw: RawUsage | null | undefined): AnswerTokens | undefined {
  if (typeof raw?.completion_tokens !== 'number') return undefined
  const { completion_tokens: tokens, completion_tokens_details: details } = toUsage(raw)
  return { total: tokens - (details?.reasoning_tokens ?? 0), images: raw.exactDetails?.completion.image_tokens ?? 0 }
}

/** Token counts of one answer, over its first request and its continuations. */
export interface AnswerUsage {
  /** Counts without the prompts of continuations, which repeat the text generated before. */
  readonly usage: Usage
  /** Sum over the first request and all continuations, as Google bills them. */
  readonly billed: Usage
}

/** Joins the token counts of the first request of an answer and of its continuations. */
export function joinCallUsage(first: Usage, others: readonly Usage[]): AnswerUsage {
  if (others.length === 0) return { usage: first, billed: first }
  const billed = sumUsage([first, ...others])
  const { prompt_tokens: prompt, prompt_tokens_details: details = {} } = first
  return {
    usage: { ...billed, prompt_tokens: prompt, prompt_tokens_details: details, total_tokens: prompt + billed.completion_tokens },
    billed,
  }
}

/** Adds up the token counts of several upstream calls, including their details. */
export function sumUsage(counts: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number): number => counts.reduce((total, usage) => total + of(usage), 0)
  return {
    prompt_tokens: sum((usage) => usage.prompt_tokens),
    completion_tokens: sum((usage) => usage.completion_tokens),
    total_tokens: sum((usage) => usage.total_tokens),
    prompt_tokens_details: sumDetails(counts.map((usage) => usage.prompt_tokens_details)),
    completion_tokens_details: sumDetails(counts.map((usage) => usage.completion_tokens_details)),
  }
}

function sumDetails(details: readonly (object | undefined)[]): TokenDetails {
  const sums: Record<string, number> = {}
  for (const [name, count] of details.flatMap((each) => Object.entries(each ?? {}))) {
    if (typeof count === 'number') sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}
