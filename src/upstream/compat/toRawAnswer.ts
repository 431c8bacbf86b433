import { replaceMember, reuseIfEqual } from '../../contract/copyOnWrite.js'
import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import { type Check, isAbsent, isOptionalCount, isOptionalIndex, isOptionalList, isOptionalText } from '../answer/checks.js'
import type { RawAnswer, RawChoice } from '../answer/rawAnswer.js'
import type { RawMessage } from '../answer/repairs/context.js'

const isFunctionCall: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isOptionalText(value.name) && isOptionalText(value.arguments))
const isCall: Check = (value) =>
  isRecord(value) && isOptionalText(value.id) && isOptionalIndex(value.index) && isFunctionCall(value.function)
const isMessage: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) &&
    isOptionalText(value.content) &&
    isOptionalText(value.refusal) &&
    isOptionalList(value.tool_calls, isCall) &&
    isFunctionCall(value.function_call))
const isChoice: Check = (value) =>
  isRecord(value) &&
  isOptionalIndex(value.index) &&
  isOptionalText(value.finish_reason) &&
  isMessage(value.message) &&
  isMessage(value.delta)
const isUsage: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) &&
    isOptionalCount(value.prompt_tokens) &&
    isOptionalCount(value.completion_tokens) &&
    isOptionalCount(value.total_tokens) &&
    isDetails(value.prompt_tokens_details, 'cached_tokens') &&
    isDetails(value.completion_tokens_details, 'reasoning_tokens'))
const isDetails = (value: unknown, count: string): boolean => isAbsent(value) || (isRecord(value) && isOptionalCount(value[count]))
const isAnswer: Check = (value) =>
  isRecord(value) && isOptionalText(value.model) && isUsage(value.usage) && isOptionalList(value.choices, isChoice)

const isTokenLogprob: Check = (value) => isRecord(value) && typeof value.token === 'string' && typeof value.logprob === 'number'
const isChatLogprobs: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isOptionalList(value.content, isTokenLogprob) && isOptionalList(value.refusal, isTokenLogprob))
const isAnnotation: Check = (value) => isRecord(value) && isCitation(value.url_citation)
const isCitation: Check = (value) =>
  isRecord(value) && typeof value.url === 'string' && typeof value.start_index === 'number' && typeof value.end_index === 'number'

/**
 * Checks that an answer or event has the structure that repairs expect. Removes log probabilities
 * and annotations of another format, without which the answer is still complete.
 *
 * @throws 502 for any other structure
 */
export function toRawAnswer(value: unknown): RawAnswer {
  if (!isAnswer(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // The cast is safe: `isAnswer` has checked the type of every member that the repairs read.
  const answer = value as RawAnswer
  const choices = answer.choices ?? []
  return replaceMember(answer, 'choices', reuseIfEqual(choices, choices.map(dropUnknownFormats)))
}

function dropUnknownFormats(choice: RawChoice): RawChoice {
  const { message, delta, logprobs } = choice
  let kept = isChatLogprobs(logprobs) ? choice : replaceMember(choice, 'logprobs', null)
  if (message) kept = replaceMember(kept, 'message', dropUnknownAnnotations(message))
  return delta ? replaceMember(kept, 'delta', dropUnknownAnnotations(delta)) : kept
}

function dropUnknownAnnotations(message: RawMessage): RawMessage {
  const { annotations } = message
  if (isAbsent(annotations)) return message
  const kept = Array.isArray(annotations) ? reuseIfEqual(annotations, annotations.filter(isAnnotation)) : undefined
  return replaceMember(message, 'annotations', kept)
}
