import type { RawUsage, TokenDetails } from '../../answer/usage.js'
import type { ModalityTokens, UsageMetadata } from '../wire/types.js'

/**
 * Converts Gemini's token counts: its total is the sum of the others, and cached tokens are part of
 * the prompt. What its own tools read is billed as input, too.
 *
 * @returns an empty object where Gemini has counted nothing
 */
export function toRawUsage(usage: UsageMetadata): RawUsage {
  const { promptTokenCount, candidatesTokenCount, totalTokenCount, thoughtsTokenCount: thoughts = 0 } = usage
  if ((promptTokenCount ?? candidatesTokenCount ?? totalTokenCount) === undefined) return {}
  const read = usage.toolUsePromptTokenCount ?? 0
  // Absent for files that are sent by address.
  const prompt = promptTokenCount ?? Math.max(0, (totalTokenCount ?? 0) - (candidatesTokenCount ?? 0) - thoughts - read)
  // The last event may lack it.
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

/** Members such as `image_tokens`. Those of text follow from the others. */
function toDetails(counts: readonly ModalityTokens[] | null | undefined): TokenDetails {
  const details: Record<string, number> = {}
  for (const { modality, tokenCount } of counts ?? []) {
    const name = DETAIL_NAMES.get(modality ?? '')
    if (name === undefined || typeof tokenCount !== 'number') continue
    details[name] = (details[name] ?? 0) + tokenCount
  }
  return details
}
