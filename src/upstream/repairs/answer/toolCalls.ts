import { type AnswerRepair, type ChoiceMemory, type RawToolCall, signatureIn } from './context.js'

// OpenAI's limit; some clients cut longer ids off, and then no result finds its call.
const LONGEST_ID = 40

const toolCallIndex: AnswerRepair = {
  name: 'tool-call-index',
  stage: 'answer',
  reason: 'Gemini streams tool calls without `index`, so that clients merge parallel calls or lose them.',
  apply: (part, memory) => {
    const calls = part.message.tool_calls
    if (!calls) return part
    memory.callsBefore = memory.calls.length
    return { ...part, message: { ...part.message, tool_calls: calls.map((call) => ({ ...call, index: placeOf(call, memory) })) } }
  },
}

/** Finds the place of a call: by its id, as a continuation of the last call, else as a new one. */
function placeOf(call: RawToolCall, { calls, callsBefore, newCallId }: ChoiceMemory): number {
  const known = call.id ? calls.findIndex(({ upstreamId }) => upstreamId === call.id) : -1
  // The same id twice in one piece is two calls: a call is never continued where it begins.
  if (known !== -1 && known < callsBefore) return known
  if (!call.id && call.function?.name === undefined && calls.length > 0) return calls.length - 1
  const id = call.id && call.id.length <= LONGEST_ID && known === -1 ? call.id : newCallId()
  return calls.push({ upstreamId: call.id, id, name: call.function?.name, signature: signatureIn(call.extra_content) }) - 1
}

const toolCallId: AnswerRepair = {
  name: 'tool-call-id',
  stage: 'answer',
  reason: 'Gemini sends calls with empty, long or repeated ids, and then no result can be told to belong to its call.',
  apply: (part, { calls, callsBefore }) => {
    const { tool_calls: sent } = part.message
    if (!sent) return part
    const mended = sent.map(({ index = 0, function: called, extra_content: extra }): RawToolCall => {
      const kept = extra === undefined ? {} : { extra_content: extra }
      if (index < callsBefore) return { index, function: { arguments: called?.arguments ?? '' }, ...kept }
      return { index, id: calls[index]?.id ?? '', type: 'function', function: called ?? {}, ...kept }
    })
    return { ...part, message: { ...part.message, tool_calls: mended } }
  },
}

const toolCallArguments: AnswerRepair = {
  name: 'tool-call-arguments',
  stage: 'answer',
  reason: 'Gemini leaves the arguments of a call without parameters out, and clients fail to parse an empty text.',
  apply: (part) => {
    const { tool_calls: sent } = part.message
    if (!sent?.some((call) => call.function?.name !== undefined && call.function.arguments === undefined)) return part
    const mended = sent.map((call) =>
      call.function?.name === undefined || call.function.arguments !== undefined
        ? call
        : { ...call, function: { ...call.function, arguments: '{}' } },
    )
    return { ...part, message: { ...part.message, tool_calls: mended } }
  },
}

/** Repairs of tool calls, in the order in which they apply. */
export const TOOL_CALL_REPAIRS: readonly AnswerRepair[] = [toolCallIndex, toolCallId, toolCallArguments]
