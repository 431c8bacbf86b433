import { invalidArgument, refusal } from './errors.js'
import type { Model } from './models.js'
import { checkBase64, checkParts } from './parts.js'
import { isValidSignature, PLACEHOLDERS } from './signatures.js'
import { isObject } from './strict.js'
import { type ChatMessage, type ChatRequest, signatureOf } from './wire.js'

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool']
const RESULT_COUNT =
  'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'
const RESULT_TURN = 'Please ensure that function response turn comes immediately after a function call turn.'

/** One turn: a message of the user or assistant, or all consecutive tool results. */
interface Turn {
  readonly role: 'user' | 'assistant' | 'tool'
  readonly messages: ChatMessage[]
}

/**
 * Checks the order of the messages as Gemini does.
 *
 * @throws Refusal 400
 */
export const checkTurns = (messages: readonly ChatMessage[], model: Model): void => {
  messages.forEach((message, index) => {
    if (!ROLES.includes(message.role ?? '')) throw invalidArgument('Please use a valid role: user, model.')
    if (message.role === 'system' || message.role === 'developer') checkTakesInstructions(model)
    checkParts(message, index)
    checkEncoding(message, index)
  })
  const turns = toTurns(messages)
  const last = turns.at(-1)
  if (last === undefined) throw refusal('no-contents')
  for (const call of messages.flatMap((message) => message.tool_calls ?? [])) checkArguments(call.function?.arguments)
  turns.forEach((turn, index) => {
    checkOrder(turn, turns[index - 1], turns[index + 1])
  })
  if (last.role === 'assistant' && model.refusesPrefill) throw refusal('model-turn-last')
  if (model.generation === '3') checkSignatures(turns)
}

/**
 * Checks that a model accepts a system instruction.
 *
 * @throws Refusal 400
 */
export function checkTakesInstructions({ id }: Model): void {
  if (/^gemma-3|image-preview/.test(id)) throw invalidArgument(`Developer instruction is not enabled for models/${id}`)
}

/**
 * Groups messages into turns, as Gemini's contents: system messages are left out, and the results
 * of one step are one turn.
 */
function toTurns(messages: readonly ChatMessage[]): Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    const { role } = message
    if (role !== 'user' && role !== 'assistant' && role !== 'tool') continue
    const last = turns.at(-1)
    if (role === 'tool' && last?.role === 'tool') last.messages.push(message)
    else turns.push({ role, messages: [message] })
  }
  return turns
}

function callsOf(turn: Turn | undefined): NonNullable<ChatMessage['tool_calls']> {
  return turn?.role === 'assistant' ? (turn.messages[0]?.tool_calls ?? []) : []
}

function checkOrder(turn: Turn, before: Turn | undefined, after: Turn | undefined): void {
  const calls = callsOf(turn)
  if (turn.role === 'tool' && callsOf(before).length === 0) throw invalidArgument(RESULT_TURN)
  if (calls.length === 0) return
  if (before === undefined || before.role === 'assistant') throw refusal('function-call-turn')
  const results = after?.role === 'tool' ? after.messages : []
  const ids = new Set(calls.map((call) => call.id ?? ''))
  const answered = new Set(results.map((result) => result.tool_call_id ?? ''))
  if (results.length !== calls.length || answered.size !== ids.size || [...answered].some((id) => !ids.has(id))) {
    // Calls in the last turn have no results yet; checkTurns() may refuse a last assistant turn.
    if (after !== undefined) throw invalidArgument(RESULT_COUNT)
  }
}

/** Checks that arguments are a JSON object, because they are a Struct in Google's API. */
function checkArguments(text = ''): void {
  try {
    if (isObject(JSON.parse(text))) return
  } catch {
    // Text that is not JSON is refused like JSON of another type.
  }
  throw invalidArgument('Expected a valid JSON object in the request')
}

/**
 * Checks the signatures of calls after the last user message. Of the parallel calls of one message,
 * only the first must have a signature.
 */
function checkSignatures(turns: readonly Turn[]): void {
  const start = turns.map((turn) => turn.role).lastIndexOf('user')
  turns.forEach((turn, index) => {
    const call = callsOf(turn)[0]
    if (index < start || call === undefined) return
    const name = call.function?.name ?? ''
    const signature = signatureOf(call)
    if (signature === '') throw missingSignature(name, index + 1)
    if (!isValidSignature(signature, name)) throw invalidArgument('Thought signature is not valid')
  })
}

/** Checks that signatures are base64: Google's parser decodes even those of earlier turns. */
function checkEncoding(message: ChatMessage, index: number): void {
  const path = `messages[${index}]`
  const signed = [[message, path] as const, ...(message.tool_calls ?? []).map((call, at) => [call, `${path}.tool_calls[${at}]`] as const)]
  for (const [value, at] of signed) {
    const signature = signatureOf(value)
    if (signature !== '') checkBase64(signature, `${at}.extra_content.google.thought_signature`)
  }
}

/** Returns whether any message or call has a signature that is not a placeholder. */
export const hasOwnSignature = ({ messages }: ChatRequest): boolean => {
  const signed = (messages ?? []).flatMap((message) => [message, ...(message.tool_calls ?? [])])
  return signed.map(signatureOf).some((signature) => signature !== '' && !PLACEHOLDERS.includes(signature))
}

function missingSignature(name: string, position: number): Error {
  return refusal(
    'missing-signature',
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  )
}
