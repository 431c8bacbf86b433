import type { AnthropicMessage, FinishReason, Usage } from '../../contract/types.js'

/** A content block of an answer, in Anthropic's format. */
export type AnswerBlock = AnthropicMessage['content'][number]
/** Token counts in Anthropic's format. */
export type MessageUsage = AnthropicMessage['usage']
/** The fields of a message that are known only when it ends, such as `stop_reason`. */
export type MessageEnd = Pick<AnthropicMessage, 'stop_sequence' | 'stop_details' | 'container'> & {
  stop_reason: NonNullable<AnthropicMessage['stop_reason']>
}

const STOP_REASONS: Readonly<Partial<Record<FinishReason, MessageEnd['stop_reason']>>> = {
  length: 'max_tokens',
  content_filter: 'refusal',
}

/** Makes the final fields of a message. @param hasCalls - true if it contains tool calls */
export function toMessageEnd(reason: FinishReason, hasCalls: boolean): MessageEnd {
  const stopReason = STOP_REASONS[reason] ?? (hasCalls ? 'tool_use' : 'end_turn')
  return {
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details: stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
    container: null,
  }
}

/** Makes the empty message that the event `message_start` contains. */
export const startMessage = (id: string, model: string): AnthropicMessage => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  container: null,
  usage: toMessageUsage(undefined, 0),
})

/**
 * Converts the token counts of a chat to Anthropic's: `input_tokens` exclude cached tokens, and
 * `output_tokens` include thinking.
 *
 * @param usage - undefined before Gemini has reported it
 * @param searches - number of web searches
 */
export function toMessageUsage(usage: Usage | undefined, searches: number): MessageUsage {
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0
  return {
    input_tokens: Math.max(0, (usage?.prompt_tokens ?? 0) - cached),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: usage?.completion_tokens ?? 0,
    output_tokens_details: { thinking_tokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0 },
    server_tool_use: searches === 0 ? null : { web_search_requests: searches, web_fetch_requests: 0 },
    service_tier: 'standard',
    cache_creation: null,
    inference_geo: null,
    speed: null,
  }
}
