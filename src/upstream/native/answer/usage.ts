import type { RawUsage, TokenDetails } from '../../answer/usage.js'
import type { ModalityTokens, UsageMetadata } from '../wire/types.js'

/**
 * Converts the token counts of Gemini's native API, whose total is the sum of the other counts. The
 * results of Google's own tools are billed like the prompt, so they are added to the prompt tokens.
 *
 * @returns an empty object if Gemini sent no counts
 */
export function toRawUsage(usage: UsageMetadata): RawUsage {
  const { promptTokenCount, candidatesTokenCount, totalTokenCount, thoughtsTokenCount: thoughts = 0 } = usage
  if ((promptTokenCount ?? candidatesTokenCount ?? totalTokenCount) === undefined) return {}
  const read = usage.toolUsePromptTokenCount ?? 0
  // Gemini omits `promptTokenCount` for files sent by URI: compute it from the total.
  const prompt = promptTokenCount ?? Math.max(0, (totalTokenCount ?? 0) - (candidatesTokenCount ?? 0) - thoughts - read)
  // Gemini omits `candidatesTokenCount` at the end of some streams: compute it from the total.
  const visible = candidatesTokenCount ?? Math.max(0, (totalTokenCount ?? 0) - prompt - thoughts - read)
  return {
    prompt_tokens: prompt + read,
    completion_tokens: visible,
    total_tokens: totalTokenCount ?? prompt + read + visible + thoughts,
    prompt_tokens_details: { cached_tokens: usage.cachedContentTokenCount ?? 0 },
    completion_tokens_details: { reasoning_tokens: thoughts },
    exactDetails: {
      prompt: { ...toDetails(usage.promptTokensDetails), ...(read === 0 ? {} : { tool_use_tokens: read }) },
      completion: toDetails(usage.candidatesTokensDetails),
    },
  }
}

const DETAIL_NAMES: ReadonlyMap<string, string> = new Map([
  ['IMAGE', 'image_tokens'],
  ['AUDIO', 'audio_tokens'],
  ['VIDEO', 'video_tokens'],
  ['DOCUMENT', 'document_tokens'],
])

/** Sums tokens by modality, such as `image_tokens`; omits text tokens, which are the remainder. */
function toDetails(counts: readonly ModalityTokens[] | null | undefined): TokenDetails {
  const details: Record<string, number> = {}
  for (const { modality, tokenCount } of counts ?? []) {
    const name = DETAIL_NAMES.get(modality ?? '')
    if (name === undefined || typeof tokenCount !== 'number') continue
    details[name] = (details[name] ?? 0) + tokenCount
  }
  return details
}
