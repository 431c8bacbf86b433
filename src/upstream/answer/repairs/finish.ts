import type { AnswerRepair } from './context.js'

/** Our own finish reasons for answers that cannot be used: a retry may succeed. */
export const MALFORMED_CALL = 'malformed_function_call'
export const MALFORMED_ANSWER = 'malformed_response'

/**
 * Finish reasons of OpenAI by those of Gemini.
 *
 * @see https://ai.google.dev/api/generate-content#FinishReason
 */
const NATIVE_REASONS: ReadonlyMap<string, string> = new Map([
  ['STOP', 'stop'],
  ['NO_IMAGE', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['LANGUAGE', 'content_filter'],
  ['OTHER', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['IMAGE_RECITATION', 'content_filter'],
  ['IMAGE_OTHER', 'content_filter'],
  ['MODEL_ARMOR', 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', MALFORMED_CALL],
  ['UNEXPECTED_TOOL_CALL', MALFORMED_CALL],
  ['TOO_MANY_TOOL_CALLS', MALFORMED_CALL],
  ['MISSING_THOUGHT_SIGNATURE', MALFORMED_CALL],
  ['MALFORMED_RESPONSE', MALFORMED_ANSWER],
])

const LONGEST_REASON = 100

/** Converts Gemini's finish reasons to OpenAI's. */
export const finishReason: AnswerRepair = {
  name: 'finish-reason',
  reason: 'Gemini sends finish reasons that OpenAI does not know, such as `content_filter: PROHIBITED_CONTENT` or its native `MAX_TOKENS`.',
  apply: (part, memory) => {
    const { finishReason: reason } = part
    if (reason === undefined || reason === 'stop') return part
    const [kind = reason, detail] = reason
      .slice(0, LONGEST_REASON)
      .split(':', 2)
      .map((piece) => piece.trim())
    const known =
      kind.toLowerCase() === 'function_call_filter' ? MALFORMED_CALL : (NATIVE_REASONS.get(kind.toUpperCase()) ?? kind.toLowerCase())
    if (known === reason) return part
    memory.rawFinishReason = detail ?? reason
    return { ...part, finishReason: known }
  },
}

/** Sets the finish reason `tool_calls` after tool calls. */
export const finishToolCalls: AnswerRepair = {
  name: 'finish-tool-calls',
  reason: 'Gemini sends the finish reason `stop` after tool calls, and agents then end their loop.',
  apply: (part, { calls }) => {
    const reason = finishOfCalls(part.finishReason, calls.length)
    return reason === part.finishReason ? part : { ...part, finishReason: reason }
  },
}

/** Returns `tool_calls` for `stop` after tool calls, and `stop` for `tool_calls` without any. */
export function finishOfCalls(reason: string | undefined, calls: number): string | undefined {
  if (reason === 'stop' && calls > 0) return 'tool_calls'
  return reason === 'tool_calls' && calls === 0 ? 'stop' : reason
}

/** Adds a refusal to an answer that Gemini has withheld. */
export const refusal: AnswerRepair = {
  name: 'refusal',
  reason: 'Gemini withholds an answer by sending no message at all; clients then show nothing, or crash.',
  apply: (part, memory) => {
    if (part.message.content) memory.hasContent = true
    if (part.finishReason !== 'content_filter' || memory.hasContent || memory.calls.length > 0 || part.message.refusal) return part
    const why = memory.rawFinishReason === undefined ? '' : ` (${memory.rawFinishReason.slice(0, 64)})`
    return { ...part, message: { ...part.message, refusal: `Gemini withheld the answer${why}.` } }
  },
}
