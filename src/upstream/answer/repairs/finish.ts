import type { AnswerRepair } from './context.js'

/** Ends that are no answer, in words of ours: asking again may help. */
export const MALFORMED_CALL = 'malformed_function_call'
export const MALFORMED_ANSWER = 'malformed_response'

/** What a reason of Gemini's is called at OpenAI. @see https://ai.google.dev/api/generate-content#FinishReason */
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

const finishReason: AnswerRepair = {
  name: 'finish-reason',
  stage: 'answer',
  reason:
    'Gemini ends with reasons that OpenAI does not know, such as `content_filter: PROHIBITED_CONTENT`, or with its native upper-case ones.',
  apply: (part, memory) => {
    const { finishReason: reason } = part
    if (reason === undefined || reason === 'stop') return part
    const [kind = reason, detail] = reason
      .slice(0, LONGEST_REASON)
      .split(':', 2)
      .map((part) => part.trim())
    const mended =
      kind.toLowerCase() === 'function_call_filter' ? MALFORMED_CALL : (NATIVE_REASONS.get(kind.toUpperCase()) ?? kind.toLowerCase())
    if (mended === reason) return part
    memory.rawFinishReason = detail ?? reason
    return { ...part, finishReason: mended }
  },
}

const toolCallsFinish: AnswerRepair = {
  name: 'finish-tool-calls',
  stage: 'answer',
  reason: 'Gemini says `stop` after tool calls, and agents then end their loop.',
  apply: (part, { calls }) => {
    const mended = finishOfCalls(part.finishReason, calls.length)
    return mended === part.finishReason ? part : { ...part, finishReason: mended }
  },
}

/** `tool_calls` where there are calls, and only there. */
export function finishOfCalls(reason: string | undefined, calls: number): string | undefined {
  if (reason === 'stop' && calls > 0) return 'tool_calls'
  return reason === 'tool_calls' && calls === 0 ? 'stop' : reason
}

const refusal: AnswerRepair = {
  name: 'refusal',
  stage: 'answer',
  reason: 'Gemini withholds an answer by sending none, not even a message; clients then show nothing, or crash.',
  apply: (part, memory) => {
    if (part.message.content) memory.hasContent = true
    if (part.finishReason !== 'content_filter' || memory.hasContent || memory.calls.length > 0 || part.message.refusal) return part
    const why = memory.rawFinishReason === undefined ? '' : ` (${memory.rawFinishReason.slice(0, 64)})`
    return { ...part, message: { ...part.message, refusal: `Gemini withheld the answer${why}.` } }
  },
}

/** Repairs of the end of an answer, in the order in which they apply. */
export const FINISH_REPAIRS: readonly AnswerRepair[] = [finishReason, toolCallsFinish, refusal]
