import type { RawUsage } from '../../answer/usage.js'
import type { ModalityTokens, UsageMetadata } from '../types.js'

/**
 * Converts Gemini's token counts: its total is the sum of the others, and cached tokens are part of
 * the prompt. What its own tools read is billed as input, too.
 */
export function toRawUsage(usage: UsageMetadata): RawUsage {
  const { candidatesTokenCount: visible = 0, thoughtsTokenCount: thoughts = 0, toolUsePromptTokenCount: read = 0 } = usage
  const total = usage.totalTokenCount
  // Absent for files that are sent by address.
  const prompt = usage.promptTokenCount ?? Math.max(0, (total ?? 0) - visible - thoughts - read)
  return {
    prompt_tokens: prompt + read,
    completion_tokens: visible,
    total_tokens: total ?? prompt + read + visible + thoughts,
    prompt_tokens_details: {
      cached_tokens: usage.cachedContentTokenCount ?? 0,
      ...tokensByModality(usage.promptTokensDetails),
      ...(read === 0 ? {} : { tool_use_tokens: read }),
    },
    completion_tokens_details: { reasoning_tokens: thoughts, ...tokensByModality(usage.candidatesTokensDetails) },
  }
}

/** Members such as `image_tokens`. Those of text follow from the others. */
function tokensByModality(details: readonly ModalityTokens[] | null | undefined): Record<string, number> {
  const counted = (details ?? []).filter(({ modality, tokenCount }) => modality !== 'TEXT' && typeof tokenCount === 'number')
  return Object.fromEntries(counted.map(({ modality, tokenCount }) => [`${String(modality).toLowerCase()}_tokens`, Number(tokenCount)]))
}
