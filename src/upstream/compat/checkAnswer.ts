import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { RawAnswer } from '../answer/rawAnswer.js'

type Check = (value: unknown) => boolean

// Only the members that are read: Google may add others at any time. Written out, and not made from
// a table of members: these run for each event of a stream.
const isAbsent: Check = (value) => value === undefined || value === null
const isText: Check = (value) => isAbsent(value) || typeof value === 'string'
const isCount: Check = (value) => isAbsent(value) || (Number.isInteger(value) && Number(value) >= 0)
// Limited, because an index becomes an array index. Gemini sends one choice and few tool calls.
const isIndex: Check = (value) => isCount(value) && Number(value ?? 0) < 1_000
const isListOf = (value: unknown, check: Check): boolean => isAbsent(value) || (Array.isArray(value) && value.every(check))

const isFunctionCall: Check = (value) => isAbsent(value) || (isRecord(value) && isText(value.name) && isText(value.arguments))
const isCall: Check = (value) => isRecord(value) && isText(value.id) && isIndex(value.index) && isFunctionCall(value.function)
const isMessage: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) &&
    isText(value.content) &&
    isText(value.refusal) &&
    isListOf(value.tool_calls, isCall) &&
    isFunctionCall(value.function_call))
const isChoice: Check = (value) =>
  isRecord(value) && isIndex(value.index) && isText(value.finish_reason) && isMessage(value.message) && isMessage(value.delta)
const isUsage: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) &&
    isCount(value.prompt_tokens) &&
    isCount(value.completion_tokens) &&
    isCount(value.total_tokens) &&
    isDetails(value.prompt_tokens_details, 'cached_tokens') &&
    isDetails(value.completion_tokens_details, 'reasoning_tokens'))
const isDetails = (value: unknown, count: string): boolean => isAbsent(value) || (isRecord(value) && isCount(value[count]))
const isAnswer: Check = (value) => isRecord(value) && isText(value.model) && isUsage(value.usage) && isListOf(value.choices, isChoice)

/** Checks a value for the structure that the repairs rely on. @throws 502 where it has another */
export function checkAnswer(value: unknown): RawAnswer {
  if (!isAnswer(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // Every member that the type has is checked above.
  return value as RawAnswer
}
