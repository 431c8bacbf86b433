import type { AnswerRepair } from './context.js'

/** What a reason of Gemini's is called at OpenAI. @see https://ai.google.dev/api/generate-content#FinishReason */
const NATIVE_REASONS: Readonly<Record<string, string>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  OTHER: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  MALFORMED_FUNCTION_CALL: 'malformed_function_call',
  UNEXPECTED_TOOL_CALL: 'malformed_function_call',
  TOO_MANY_TOOL_CALLS: 'malformed_function_call',
  MALFORMED_RESPONSE: 'malformed_function_call',
}

const finishReason: AnswerRepair = {
  name: 'finish-reason',
  stage: 'answer',
  reason:
    'Gemini ends with reasons that OpenAI does not know, such as `content_filter: PROHIBITED_CONTENT`, or with its native upper-case ones.',
  apply: (part, memory) => {
    const { finishReason: reason } = part
    if (reason === undefined) return part
    const [kind, detail] = reason.split(/:\s*/, 2)
    const mended = kind === 'function_call_filter' ? 'malformed_function_call' : (NATIVE_REASONS[reason.toUpperCase()] ?? kind ?? reason)
    if (mended !== reason) memory.rawFinishReason = detail ?? reason
    return mended === reason ? part : { ...part, finishReason: mended }
  },
}

const toolCallsFinish: AnswerRepair = {
  name: 'finish-tool-calls',
  stage: 'answer',
  reason: 'Gemini says `stop` after tool calls, and agents then end their loop.',
  apply: (part, { calls }) => (part.finishReason === 'stop' && calls.length > 0 ? { ...part, finishReason: 'tool_calls' } : part),
}

const refusal: AnswerRepair = {
  name: 'refusal',
  stage: 'answer',
  reason: 'Gemini withholds an answer by sending none, not even a message; clients then show nothing, or crash.',
  apply: (part, memory) => {
    if (part.message.content) memory.hasContent = true
    if (part.finishReason !== 'content_filter' || memory.hasContent) return part
    const why = memory.rawFinishReason === undefined ? '' : ` (${memory.rawFinishReason})`
    return { ...part, message: { ...part.message, refusal: `Gemini withheld the answer${why}.` } }
  },
}

/** Repairs of the end of an answer, in the order in which they apply. */
export const FINISH_REPAIRS: readonly AnswerRepair[] = [finishReason, toolCallsFinish, refusal]
