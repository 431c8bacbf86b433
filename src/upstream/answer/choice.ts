import { type ApiError, apiError } from '../../contract/errors.js'
import { newCallId } from '../../contract/ids.js'
import { applyRepairs } from '../../contract/repair.js'
import type { ChatChoice, ChatMessage, FinishReason, ToolCall } from '../../contract/types.js'
import type { RawChoice } from './rawAnswer.js'
import {
  type AnswerPart,
  type ChoiceState,
  newChoiceState,
  type RawMessage,
  type ToolCallState,
  toExtraContent,
} from './repairs/context.js'
import { hasContent } from './repairs/extraContent.js'
import { MALFORMED_ANSWER, MALFORMED_CALL, MISSING_SIGNATURE, TOO_MANY_CALLS } from './repairs/finish.js'
import { ANSWER_REPAIRS } from './repairs/index.js'
import { fillArguments, isWithinArguments } from './repairs/toolCalls.js'
import { cutLogprobs, dropCutAnnotations, endAtLimit, newTokenLimitState } from './tokenLimit.js'

/** The client's requirements for a choice, and callbacks for its repairs and tool calls. */
export interface ChoiceOptions {
  /** True if the client sent `functions`, and expects `function_call` instead of `tool_calls`. */
  readonly isLegacy: boolean
  /** True if an empty answer is valid, as with stop sequences or for audio without speech. */
  readonly mayBeEmpty: boolean
  /** For functions renamed for Gemini: the client's name, keyed by the name sent to Gemini. */
  readonly clientNames: ReadonlyMap<string, string>
  /** The client's token limit, if the proxy sent Gemini a higher one and must enforce it itself. */
  readonly tokenLimit?: number | undefined
  /** Called with the name of each repair that changed the answer. */
  readonly onRepair: (name: string) => void
  /** Called with each tool call as it begins, and again if its name or signature arrives later. */
  readonly onCall: (call: Readonly<ToolCallState>) => void
  /** Called once at the end of a complete answer that has tool calls, with the first of them. */
  readonly onCallsEnd: (first: Readonly<ToolCallState>) => void
}

/** The `cause` of an ApiError for an answer that is complete, but unusable: a retry may succeed. */
export class InvalidAnswer extends Error {
  override readonly name = 'InvalidAnswer'

  /** True if Gemini reported a missing thought signature: a retry can send a placeholder for it. */
  get isSignatureMissing(): boolean {
    return this.message === MISSING_SIGNATURE
  }
}

/** Makes the 502 error for an answer without content. @param reason - Gemini's finish reason */
export const emptyAnswer = (reason?: string): ApiError => {
  const cause = new InvalidAnswer('no content')
  const message =
    reason === 'NO_IMAGE'
      ? 'Gemini generated no image. Request one in the prompt, or retry the request.'
      : 'Gemini generated an empty answer. Retry the request.'
  return apiError('upstream_error', message, { cause })
}

const FINISH_REASONS: ReadonlySet<string> = new Set<FinishReason>(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])

/** Error messages for unusable answers, keyed by the proxy's own finish reasons. */
const INVALID_ANSWERS: ReadonlyMap<string | undefined, string> = new Map([
  [MALFORMED_ANSWER, 'Gemini generated an invalid answer. Retry the request.'],
  [TOO_MANY_CALLS, 'Gemini stopped after too many calls of its built-in tools. Split the request into smaller ones, or retry it.'],
  [
    MISSING_SIGNATURE,
    'The thought signature of an earlier tool call is missing. Send tool calls back unchanged, with their `extra_content`.',
  ],
])

/** Converts a repaired finish reason to OpenAI's. @throws 502 if the answer is unusable */
export function toFinishReason(reason: string | undefined, { isLegacy }: ChoiceOptions): FinishReason {
  if (reason === MALFORMED_CALL) throw apiError('malformed_function_call', undefined, { cause: new InvalidAnswer(reason) })
  const problem = INVALID_ANSWERS.get(reason)
  if (problem !== undefined) throw apiError('upstream_error', problem, { cause: new InvalidAnswer(reason) })
  if (reason === undefined) throw apiError('upstream_error', 'Gemini ended its answer early. Retry the request.')
  if (reason === 'tool_calls' && isLegacy) return 'function_call'
  // The cast is safe: FINISH_REASONS contains only values of the type FinishReason.
  if (FINISH_REASONS.has(reason)) return reason as FinishReason
  throw apiError('upstream_error', 'Gemini ended its answer early. Retry the request.', {
    cause: new Error(`finish_reason ${reason.slice(0, 100)}`),
  })
}

/** Makes the initial state of the answer repairs for one choice. */
export function makeInitialState({ clientNames, tokenLimit }: ChoiceOptions): ChoiceState {
  const state = newChoiceState(newCallId, clientNames)
  return tokenLimit === undefined ? state : { ...state, limit: newTokenLimitState(tokenLimit) }
}

/** Applies answer repairs and the client's token limit to a choice, or to its part in an event. */
export const repairChoice = (raw: RawChoice, state: ChoiceState, { onRepair }: ChoiceOptions): AnswerPart => {
  const part = { message: raw.message ?? raw.delta ?? {}, finishReason: raw.finish_reason || undefined }
  const repaired = applyRepairs(ANSWER_REPAIRS, part, state, onRepair)
  const { limit, calls } = state
  if (limit === undefined) return repaired
  const isWithinCall = (): boolean => calls.slice(0, limit.callCount).some(isWithinArguments)
  const ended = dropCutAnnotations(endAtLimit(repaired, limit, { tokens: raw.tokens, isWithinCall }), limit)
  if (ended === repaired) return repaired
  calls.length = limit.callCount
  onRepair('token-limit')
  // Tool calls that begin before the limit are complete: the client gets `{}` for no arguments.
  return fillArguments(ended, calls)
}

/** Makes one choice of a whole completion. @throws 502 for an incomplete or invalid answer */
export function toChoice(raw: RawChoice, index: number, options: ChoiceOptions): ChatChoice {
  const state = makeInitialState(options)
  const { message: repaired, finishReason } = repairChoice(raw, state, options)
  const { calls, limit } = state
  const finish = toFinishReason(finishReason, options)
  if (finish === 'stop' && !hasContent(repaired) && !options.mayBeEmpty) throw emptyAnswer(state.rawFinishReason)
  for (const call of calls) options.onCall(call)
  const message: ChatMessage = {
    role: 'assistant',
    content: repaired.content || (calls.length > 0 || finish === 'content_filter' ? null : ''),
    refusal: repaired.refusal ?? null,
  }
  addExtensions(message, repaired)
  const [first] = calls
  reportCallsEnd(state, options)
  if (first !== undefined && options.isLegacy) message.function_call = toFunction(first)
  else if (first !== undefined) message.tool_calls = calls.map(toToolCall)
  const logprobs = raw.logprobs && limit?.isReached ? cutLogprobs(raw.logprobs, limit.contentLength) : raw.logprobs
  return { index, message, logprobs: logprobs ?? null, finish_reason: finish }
}

/** Calls `onCallsEnd` if the answer has tool calls and was not cut at the client's token limit. */
export function reportCallsEnd({ calls: [first], limit }: ChoiceState, { onCallsEnd }: ChoiceOptions): void {
  if (first !== undefined && limit?.isReached !== true) onCallsEnd(first)
}

/** Members of a message that clients get besides `role`, `content`, `refusal` and tool calls. */
const EXTENSIONS = [
  'reasoning_content',
  'extra_content',
  'audio',
  'images',
  'partialImages',
  'annotations',
] as const satisfies readonly (keyof RawMessage)[]

/** Copies the {@link EXTENSIONS} of a message to `target`. @returns true if there are any */
export function addExtensions(target: object, message: RawMessage): boolean {
  let hasAny = false
  for (const name of EXTENSIONS) {
    if (!message[name]) continue
    Reflect.set(target, name, message[name])
    hasAny = true
  }
  return hasAny
}

const toFunction = (call: ToolCallState): { name: string; arguments: string } => ({ name: call.name ?? '', arguments: call.arguments })

const toToolCall = (call: ToolCallState): ToolCall => ({
  id: call.id,
  type: 'function',
  function: toFunction(call),
  ...(call.signature === undefined ? {} : { extra_content: toExtraContent(call.signature) }),
})
