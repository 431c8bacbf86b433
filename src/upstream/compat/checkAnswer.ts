import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import { type Check, isAbsent, isOptionalCount, isOptionalIndex, isOptionalList, isOptionalText } from '../answer/checks.js'
import type { RawAnswer } from '../answer/rawAnswer.js'

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

/** Checks that an answer or event has the structure that repairs expect. @throws 502 otherwise */
export function checkAnswer(value: unknown): RawAnswer {
  if (!isAnswer(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // The cast is safe: `isAnswer` has checked the type of every member that the repairs read.
  return value as RawAnswer
}
