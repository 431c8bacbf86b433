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

/** An answer, or one event of it, as Gemini sends it. */
export interface RawAnswer {
  readonly choices?: readonly RawChoice[]
  readonly usage?: RawUsage | null
  readonly model?: string
}

type Check = (value: unknown) => boolean

const isAbsent: Check = (value) => value === undefined || value === null
// Gemini gives a single choice; a place that no list can have is no place.
const isPlace: Check = (value) => isAbsent(value) || (isCount(value) && Number(value) < 1_000)
const isText: Check = (value) => isAbsent(value) || typeof value === 'string'
const isCount: Check = (value) => isAbsent(value) || (Number.isInteger(value) && Number(value) >= 0)
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf =
  (check: Check): Check =>
  (value) =>
    isAbsent(value) || (Array.isArray(value) && value.every(check))
const has = (members: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(members)
  return (value) => isObject(value) && checks.every(([name, check]) => check((value as Record<string, unknown>)[name]))
}
const orAbsent =
  (check: Check): Check =>
  (value) =>
    isAbsent(value) || check(value)

// What is read of an answer, and no more: Google adds members as it likes.
const isCall = has({ id: isText, index: isPlace, function: orAbsent(has({ name: isText, arguments: isText })) })
const isMessage = orAbsent(has({ content: isText, refusal: isText, tool_calls: isListOf(isCall) }))
const isAnswer = has({
  model: isText,
  usage: orAbsent(has({ prompt_tokens: isCount, completion_tokens: isCount, total_tokens: isCount })),
  choices: isListOf(has({ index: isPlace, finish_reason: isText, message: isMessage, delta: isMessage })),
})

/**
 * Makes sure that an answer has the form that the repairs rely on.
 *
 * @throws 502 where it has another
 */
export function checkedAnswer(value: unknown): RawAnswer {
  if (!isAnswer(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // Every member that the type has is checked above.
  return value as RawAnswer
}
