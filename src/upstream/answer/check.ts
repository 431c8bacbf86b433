import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { RawMessage } from './repairs/context.js'
import type { RawUsage } from './usage.js'

/** A choice as Gemini sends it. */
export interface RawChoice {
  readonly index?: number
  readonly message?: RawMessage
  readonly delta?: RawMessage
  readonly finish_reason?: string | null
  /** Gemini's count of the answer so far, which it sends beside the choice. */
  readonly tokens?: number | undefined
}

/** A completion, or one event of its stream, as Gemini sends it. */
export interface RawAnswer {
  readonly choices?: readonly RawChoice[]
  readonly usage?: RawUsage | null
  readonly model?: string
}

type Check = (value: unknown) => boolean

const isOptional = (check: Check): Check => {
  return (value) => value === undefined || value === null || check(value)
}
const isCount = isOptional((value) => Number.isInteger(value) && Number(value) >= 0)
// Limited, because an index becomes an array index. Gemini sends one choice and few tool calls.
const isIndex: Check = (value) => isCount(value) && Number(value ?? 0) < 1_000
const isOptionalString = isOptional((value) => typeof value === 'string')
const isListOf = (check: Check): Check => isOptional((value) => Array.isArray(value) && value.every(check))
const hasMembers = (members: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(members)
  return (value) => isRecord(value) && checks.every(([name, check]) => check(value[name]))
}

// Only the members that are read: Google may add others at any time.
const isFunctionCall = isOptional(hasMembers({ name: isOptionalString, arguments: isOptionalString }))
const isCall = hasMembers({ id: isOptionalString, index: isIndex, function: isFunctionCall })
const isMessage = isOptional(
  hasMembers({ content: isOptionalString, refusal: isOptionalString, tool_calls: isListOf(isCall), function_call: isFunctionCall }),
)
const isAnswer = hasMembers({
  model: isOptionalString,
  usage: isOptional(
    hasMembers({
      prompt_tokens: isCount,
      completion_tokens: isCount,
      total_tokens: isCount,
      prompt_tokens_details: isOptional(hasMembers({ cached_tokens: isCount })),
      completion_tokens_details: isOptional(hasMembers({ reasoning_tokens: isCount })),
    }),
  ),
  choices: isListOf(hasMembers({ index: isIndex, finish_reason: isOptionalString, message: isMessage, delta: isMessage })),
})

/** Checks a value for the structure that the repairs rely on. @throws 502 where it has another */
export function checkAnswer(value: unknown): RawAnswer {
  if (!isAnswer(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // Every member that the type has is checked above.
  return value as RawAnswer
}
