import { type AnswerRepair, type CallMemory, type ChoiceMemory, type RawToolCall, signatureIn } from './context.js'

// OpenAI's limit; some clients cut longer ids off, and then no result finds its call.
const LONGEST_ID = 40

const toolCallIndex: AnswerRepair = {
  name: 'tool-call-index',
  stage: 'answer',
  reason: 'Gemini streams tool calls without `index`, so that clients merge parallel calls or lose them.',
  apply: (part, memory) => {
    const { tool_calls: sent } = part.message
    if (!sent) return part
    const before = memory.calls.length
    const placed = sent.flatMap((call): RawToolCall[] => {
      const index = placeOf(call, before, memory)
      const known = memory.calls[index]
      if (known === undefined) return []
      known.signature ??= signatureIn(call.extra_content)
      known.arguments += argumentsOf(call)
      return [call.index === index ? call : { ...call, index }]
    })
    if (isSame(placed, sent)) return part
    return { ...part, message: { ...part.message, tool_calls: placed } }
  },
}

/** True where nothing had to be mended: the very same pieces. */
const isSame = (mended: readonly RawToolCall[], sent: readonly RawToolCall[]): boolean =>
  mended.length === sent.length && mended.every((call, place) => call === sent[place])

const argumentsOf = ({ function: called }: RawToolCall): string => called?.arguments ?? ''

/**
 * Finds the place of a call: by its id, as a continuation, else as a new one.
 *
 * @param before - how many calls had begun before the present piece
 * @returns -1 for a piece of a call that never began
 */
function placeOf(call: RawToolCall, before: number, { calls, newCallId }: ChoiceMemory): number {
  const name = call.function?.name || undefined
  const known = call.id ? calls.findLastIndex(({ upstreamId }) => upstreamId === call.id) : -1
  if (known !== -1 && !isAnother(calls[known], name, known < before)) return known
  if (!call.id && name === undefined) return continued(call, calls)
  const id = call.id && call.id.length <= LONGEST_ID && known === -1 ? call.id : newCallId()
  const { id: upstreamId, index: upstreamIndex } = call
  return calls.push({ upstreamId, upstreamIndex, id, name, arguments: '', signature: undefined, hasBegun: false }) - 1
}

/** An id that comes again belongs to another call where the first is whole: Gemini was seen to repeat ids. */
const isAnother = (known: CallMemory | undefined, name: string | undefined, isFromBefore: boolean): boolean =>
  name !== undefined && (!isFromBefore || (known?.name !== undefined && known.name !== name) || isJson(known?.arguments ?? ''))

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // its rest is still to come
  }
}

/** A piece without id and name goes on where its index says, else with the last call. */
function continued({ index }: RawToolCall, calls: readonly CallMemory[]): number {
  const told = index == null ? -1 : calls.findLastIndex(({ upstreamIndex }) => upstreamIndex === index)
  return told === -1 ? calls.length - 1 : told
}

const toolCallId: AnswerRepair = {
  name: 'tool-call-id',
  stage: 'answer',
  reason: 'Gemini sends calls with empty, long or repeated ids, and then no result can be told to belong to its call.',
  apply: (part, { calls }) => {
    const { tool_calls: sent } = part.message
    if (!sent) return part
    const mended = sent.map((call) => withId(call, calls[call.index ?? 0]))
    return isSame(mended, sent) ? part : { ...part, message: { ...part.message, tool_calls: mended } }
  },
}

/** The first piece of a call with its id and name, every other one without. */
function withId(call: RawToolCall, known: CallMemory | undefined): RawToolCall {
  const { index = 0, extra_content: extra } = call
  const kept = extra === undefined ? {} : { extra_content: extra }
  const text = { arguments: argumentsOf(call) }
  if (known === undefined || known.hasBegun) {
    if (call.id === undefined && !call.function?.name) return call
    const name = known?.name === undefined ? call.function?.name : undefined
    if (known !== undefined) known.name ??= name
    return { index, function: name === undefined ? text : { name, ...text }, ...kept }
  }
  known.hasBegun = true
  if (call.id === known.id && call.type === 'function' && call.function?.name === known.name) return call
  return { index, id: known.id, type: 'function', function: known.name === undefined ? text : { name: known.name, ...text }, ...kept }
}

const toolCallArguments: AnswerRepair = {
  name: 'tool-call-arguments',
  stage: 'answer',
  reason: 'Gemini leaves the arguments of a call without parameters out, and clients fail to parse an empty text.',
  apply: (part, { calls }) => {
    if (part.finishReason === undefined || !calls.some(isWithoutArguments)) return part
    // Only the end tells that nothing follows.
    const rest = calls.filter(isWithoutArguments)
    for (const call of rest) call.arguments = '{}'
    const isLeft = (call: RawToolCall): boolean => call.index !== undefined && rest.includes(calls[call.index] as CallMemory)
    const sent = part.message.tool_calls ?? []
    const late = rest.map((call) => calls.indexOf(call)).filter((index) => !sent.some((call) => call.index === index))
    const filled = sent.map((call) => (isLeft(call) ? { ...call, function: { ...call.function, arguments: '{}' } } : call))
    const added = late.map((index): RawToolCall => ({ index, function: { arguments: '{}' } }))
    return { ...part, message: { ...part.message, tool_calls: [...filled, ...added] } }
  },
}

const isWithoutArguments = (call: CallMemory): boolean => call.arguments === ''

/** Repairs of tool calls, in the order in which they apply. */
export const TOOL_CALL_REPAIRS: readonly AnswerRepair[] = [toolCallIndex, toolCallId, toolCallArguments]
