import { replaceMember, reuseIfEqual } from '../../../contract/copyOnWrite.js'
import { type ApiError, apiError } from '../../../contract/errors.js'
import { type AnswerPart, type AnswerRepair, type ChoiceState, type RawToolCall, signatureIn, type ToolCallState } from './context.js'
import { OpenJson } from './openJson.js'

/** Maximum number of tool calls in one answer, because each is compared with all earlier ones. */
export const MAX_CALLS = 1_000
/** Makes the 502 error for an answer with more than {@link MAX_CALLS} tool calls. */
export const tooManyCalls = (): ApiError => apiError('upstream_error', 'Gemini sent too many tool calls. Retry the request.')

/** Sets the index of each tool call, and records its id, name, arguments and signature. */
export const toolCallIndexRepair: AnswerRepair = {
  name: 'tool-call-index',
  reason: 'Gemini streams tool calls without `index`, so that clients merge or lose parallel calls.',
  apply: (part, state) => {
    const { tool_calls: sent } = part.message
    if (!sent) return part
    const before = state.calls.length
    const indexed = sent.flatMap((call): RawToolCall[] => {
      const index = findOrAdd(call, before, state)
      const known = state.calls[index]
      if (known === undefined) return []
      known.signature ??= signatureIn(call.extra_content)
      known.arguments += argumentsOf(call)
      known.openJson?.add(argumentsOf(call))
      return [call.index === index ? call : { ...call, index }]
    })
    return replaceCalls(part, reuseIfEqual(sent, indexed))
  },
}

const replaceCalls = (part: AnswerPart, calls: readonly RawToolCall[]): AnswerPart =>
  replaceMember(part, 'message', replaceMember(part.message, 'tool_calls', calls))

const argumentsOf = ({ function: called }: RawToolCall): string => called?.arguments ?? ''

/**
 * Returns the index of the call that a fragment belongs to, adding the call if it is new.
 *
 * @param before - number of calls that began in earlier parts
 * @returns -1 for a fragment without id and name if no call has begun
 * @throws 502 for too many calls
 */
function findOrAdd(call: RawToolCall, before: number, { calls, newCallId }: ChoiceState): number {
  const name = call.function?.name || undefined
  const known = call.id ? calls.findLastIndex(({ upstreamId }) => upstreamId === call.id) : -1
  if (known !== -1 && !beginsAnotherCall(calls[known], name, known < before)) return known
  if (!call.id && name === undefined) return findContinued(call, calls)
  const repeated = call.id ? -1 : findRepeated(call, calls, before)
  if (repeated !== -1) return repeated
  const { id: upstreamId, index: upstreamIndex } = call
  if (calls.length === MAX_CALLS) throw tooManyCalls()
  const openJson = upstreamIndex == null ? undefined : new OpenJson()
  return (
    calls.push({ upstreamId, upstreamIndex, id: newCallId(), name, arguments: '', openJson, signature: undefined, hasBegun: false }) - 1
  )
}

/**
 * Finds the earlier call that a fragment without an id continues by repeating its index and name,
 * as some servers in front of Gemini send it.
 *
 * @returns the position of the call, or -1 for a new call. A fragment with arguments begins a new
 *   call if those of the earlier one are complete: parallel calls of Gemini may share an index
 */
function findRepeated(call: RawToolCall, calls: readonly ToolCallState[], before: number): number {
  const { index, function: called } = call
  const position = index == null ? -1 : calls.findLastIndex(({ upstreamIndex }) => upstreamIndex === index)
  const known = calls[position]
  if (known?.openJson === undefined || position >= before || known.name !== called?.name) return -1
  return known.openJson.isOpen || isBlankText(known.arguments) || isBlankText(argumentsOf(call)) ? position : -1
}

const isBlankText = (text: string): boolean => text.trim() === ''

/** True if a fragment with a known id begins another call: Gemini reuses ids of complete calls. */
const beginsAnotherCall = (known: ToolCallState | undefined, name: string | undefined, isFromBefore: boolean): boolean =>
  name !== undefined && (!isFromBefore || (known?.name !== undefined && known.name !== name) || isJson(known?.arguments ?? ''))

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // incomplete JSON
  }
}

/** Returns the position of the call with the fragment's `index`, or else of the last call. */
function findContinued({ index }: RawToolCall, calls: readonly ToolCallState[]): number {
  const known = index == null ? -1 : calls.findLastIndex(({ upstreamIndex }) => upstreamIndex === index)
  return known === -1 ? calls.length - 1 : known
}

/** Sets an id made by the proxy on the first fragment of each tool call. */
export const toolCallIdRepair: AnswerRepair = {
  name: 'tool-call-id',
  reason: 'Gemini sends empty and very long ids, and repeats ids in other answers, so that clients may confuse two calls.',
  apply: (part, { calls }) => {
    const { tool_calls: sent } = part.message
    if (!sent) return part
    const identified = sent.map((call) => setId(call, calls[call.index ?? 0]))
    return replaceCalls(part, reuseIfEqual(sent, identified))
  },
}

/** Sets id and name on a tool call's first fragment; removes repeated ones from later fragments. */
function setId(call: RawToolCall, known: ToolCallState | undefined): RawToolCall {
  const { index = 0, extra_content: extra } = call
  const signed = extra === undefined ? {} : { extra_content: extra }
  const text = { arguments: argumentsOf(call) }
  if (known === undefined || known.hasBegun) {
    if (call.id === undefined && !call.function?.name) return call
    const name = known?.name === undefined ? call.function?.name : undefined
    if (known !== undefined) known.name ??= name
    return { index, function: name === undefined ? text : { name, ...text }, ...signed }
  }
  known.hasBegun = true
  return { index, id: known.id, type: 'function', function: known.name === undefined ? text : { name: known.name, ...text }, ...signed }
}

// Finish reasons after which the arguments of all tool calls are complete.
const COMPLETE_REASONS: ReadonlySet<string | undefined> = new Set(['stop', 'tool_calls'])

/** Replaces empty arguments by an empty object at the end of a complete answer. */
export const toolCallArgumentsRepair: AnswerRepair = {
  name: 'tool-call-arguments',
  reason:
    'Gemini omits the arguments of a call without parameters, and clients fail to parse an empty text. Those of a call that was cut off stay empty.',
  // In a stream, arguments may still arrive until the finish reason.
  apply: (part, { calls }) => (COMPLETE_REASONS.has(part.finishReason) ? fillArguments(part, calls) : part),
}

/** Sets missing arguments of calls to `{}`, with a new fragment for calls of earlier parts. */
export function fillArguments(part: AnswerPart, calls: readonly ToolCallState[]): AnswerPart {
  if (!calls.some(isWithoutArguments)) return part
  const empty = calls.filter(isWithoutArguments)
  for (const call of empty) call.arguments = '{}'
  const isEmpty = (call: RawToolCall): boolean => call.index !== undefined && empty.includes(calls[call.index] as ToolCallState)
  const sent = part.message.tool_calls ?? []
  const late = empty.map((call) => calls.indexOf(call)).filter((index) => !sent.some((call) => call.index === index))
  const filled = sent.map((call) => (isEmpty(call) ? { ...call, function: { ...call.function, arguments: '{}' } } : call))
  const added = late.map((index): RawToolCall => ({ index, function: { arguments: '{}' } }))
  return replaceCalls(part, [...filled, ...added])
}

const isWithoutArguments = (call: ToolCallState): boolean => call.arguments === ''

/** True for a tool call whose arguments have begun, but are not complete JSON yet. */
export const isWithinArguments = ({ arguments: text }: ToolCallState): boolean => text !== '' && !isJson(text)
