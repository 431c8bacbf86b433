import { replaceMember } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair } from './context.js'
import { hasContent } from './extraContent.js'

/** The proxy's finish reason for an answer with an invalid tool call. A retry may succeed. */
export const MALFORMED_CALL = 'malformed_function_call'
/** The proxy's finish reason for an invalid answer. A retry may succeed. */
export const MALFORMED_ANSWER = 'malformed_response'
/** The proxy's finish reason after too many calls of Google's own tools. A retry may succeed. */
export const TOO_MANY_CALLS = 'too_many_tool_calls'
/** The proxy's finish reason if the request lacked a thought signature. A retry may succeed. */
export const MISSING_SIGNATURE = 'missing_thought_signature'

// Finish reasons of Gemini, keyed by those of OpenAI or the proxy. FUNCTION_CALL is not one of
// Gemini, but the older `function_call` of OpenAI.
// Source: https://ai.google.dev/api/generate-content#FinishReason
const NATIVE_REASONS: Readonly<Record<string, string>> = {
  stop: 'STOP NO_IMAGE',
  length: 'MAX_TOKENS',
  tool_calls: 'FUNCTION_CALL',
  content_filter:
    'SAFETY RECITATION LANGUAGE OTHER BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR ESCALATION PUP_LIMITED_DISABLED ' +
    'IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION IMAGE_OTHER',
  [MALFORMED_CALL]: 'MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL FUNCTION_CALL_FILTER',
  [MALFORMED_ANSWER]: 'MALFORMED_RESPONSE',
  [TOO_MANY_CALLS]: 'TOO_MANY_TOOL_CALLS',
  [MISSING_SIGNATURE]: 'MISSING_THOUGHT_SIGNATURE',
}

/** Finish reasons of OpenAI or of the proxy, keyed by Gemini's finish reason. */
const KNOWN_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries(NATIVE_REASONS).flatMap(([reason, natives]) => natives.split(' ').map((native) => [native, reason] as const)),
)

/** True for the exact name of a finish reason of Gemini's native API. */
export const isGeminiReason = (reason: string): boolean => reason !== 'FUNCTION_CALL' && KNOWN_REASONS.has(reason)

/** True for a finish reason of the native API with which Gemini withholds an answer or its rest. */
export const isFilterReason = (reason = ''): boolean => KNOWN_REASONS.get(reason) === 'content_filter'

const LONGEST_REASON = 100

/** Sentences that explain why Gemini has withheld an image, keyed by its finish reason. */
const IMAGE_REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['IMAGE_SAFETY', ' Its safety filters stopped the image.'],
  ['IMAGE_PROHIBITED_CONTENT', ' The image would have shown content that Google prohibits.'],
  ['IMAGE_RECITATION', ' The image would have been too close to an existing one.'],
  ['IMAGE_OTHER', ' Google names no reason. Rephrase the request, or retry it.'],
])

/** Converts Gemini's finish reasons to OpenAI's. */
export const finishReasonRepair: AnswerRepair = {
  name: 'finish-reason',
  reason: 'Gemini sends finish reasons that OpenAI does not know, such as `content_filter: PROHIBITED_CONTENT` or its native `MAX_TOKENS`.',
  apply: (part, state) => {
    const { finishReason: reason } = part
    if (reason === undefined || reason === 'stop') return part
    const pieces = reason.slice(0, LONGEST_REASON).split(':', 2)
    const [kind = reason, detail] = pieces.map((piece) => piece.trim())
    const known = KNOWN_REASONS.get(kind.toUpperCase()) ?? kind.toLowerCase()
    if (known !== reason) state.rawFinishReason = detail ?? reason
    return replaceMember(part, 'finishReason', known)
  },
}

/** Sets the finish reason `tool_calls` after tool calls. */
export const finishToolCallsRepair: AnswerRepair = {
  name: 'finish-tool-calls',
  reason: 'Gemini sends the finish reason `stop` after tool calls, and agents then end their loop.',
  apply: (part, { calls }) => replaceMember(part, 'finishReason', matchFinishToCalls(part.finishReason, calls.length)),
}

/** Changes `stop` after tool calls to `tool_calls`, and `tool_calls` without calls to `stop`. */
export function matchFinishToCalls(reason: string | undefined, calls: number): string | undefined {
  if (reason === 'stop' && calls > 0) return 'tool_calls'
  return reason === 'tool_calls' && calls === 0 ? 'stop' : reason
}

/** Adds a refusal to an answer that Gemini has withheld. */
export const refusalRepair: AnswerRepair = {
  name: 'refusal',
  reason: 'Gemini withholds an answer by sending no message at all; clients then show nothing, or crash.',
  apply: (part, state) => {
    if (hasContent(part.message)) state.hasContent = true
    if (part.finishReason !== 'content_filter' || state.hasContent || state.calls.length > 0) return part
    const why = state.rawFinishReason === undefined ? '' : ` (${state.rawFinishReason.slice(0, 64)})`
    return {
      ...part,
      message: { ...part.message, refusal: `Gemini withheld the answer${why}.${IMAGE_REASONS.get(state.rawFinishReason) ?? ''}` },
    }
  },
}
