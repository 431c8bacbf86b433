import { apiError } from '../../contract/errors.js'
import type { RawMessage } from './repairs/context.js'
import type { RawUsage } from './usage.js'

/** A choice as Gemini sends it. */
export interface RawChoice {
  readonly index?: number
  readonly message?: RawMessage
  readonly delta?: RawMessage
  readonly finish_reason?: string | null
}

/** A completion, or one event of its stream, as Gemini sends it. */
export interface RawAnswer {
  readonly choices?: readonly RawChoice[]
  readonly usage?: RawUsage | null
  readonly model?: string
}

type Check = (value: unknown) => boolean

const isAbsent: Check = (value) => value === undefined || value === null
const isCount: Check = (value) => isAbsent(value) || (Number.isInteger(value) && Number(value) >= 0)
// Indexes are array indexes here. Gemini sends a single choice and few tool calls.
const isIndex: Check = (value) => isCount(value) && Number(value ?? 0) < 1_000
const isOptionalString: Check = (value) => isAbsent(value) || typeof value === 'string'
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf =
  (check: Check): Check =>
  (value) =>
    isAbsent(value) || (Array.isArray(value) && value.every(check))
const hasMembers = (members: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(members)
  return (value) => isObject(value) && checks.every(([name, check]) => check((value as Record<string, unknown>)[name]))
}
const isOptional =
  (check: Check): Check =>
  (value) =>
    isAbsent(value) || check(value)

// Only the members that are read: Google may add others at any time.
const isCall = hasMembers({
  id: isOptionalString,
  index: isIndex,
  function: isOptional(hasMembers({ name: isOptionalString, arguments: isOptionalString })),
})
const isMessage = isOptional(hasMembers({ content: isOptionalString, refusal: isOptionalString, tool_calls: isListOf(isCall) }))
const isAnswer = hasMembers({
  model: isOptionalString,
  usage: isOptional(hasMembers({ prompt_tokens: isCount, completion_tokens: isCount, total_tokens: isCount })),
  choices: isListOf(hasMembers({ index: isIndex, finish_reason: isOptionalString, message: isMessage, delta: isMessage })),
})

/**
 * Checks that a value has the structure that the repairs of answers rely on.
 *
 * @throws 502 where it has another
 */
export function checkAnswer(value: unknown): RawAnswer {
  if (!isAnswer(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // Every member that the type has is checked above.
  return value as RawAnswer
}
