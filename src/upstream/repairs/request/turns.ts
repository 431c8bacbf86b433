import { invalidRequest } from '../../../errors.js'
import { type RequestRepair, withMessages, without } from './context.js'
import { callsOf, isSystem, type Message, messagesOf, textOf } from './message.js'

const toolResults: RequestRepair = {
  name: 'tool-results',
  stage: 'request',
  reason: 'Gemini wants the results of a step right after its calls, each exactly once and in their order.',
  apply: (request) => {
    const messages = messagesOf(request)
    const placed = new Set<Message>()
    const out = messages.flatMap((message, index) => {
      if (message.role === 'tool') return placed.has(message) ? [] : [toOrphan(message, messages.slice(0, index))]
      return [message, ...resultsOf(message, messages, index, placed)]
    })
    return withMessages(request, out)
  },
}

function resultsOf(message: Message, messages: readonly Message[], index: number, placed: Set<Message>): Message[] {
  const calls = callsOf(message)
  if (calls.length === 0) return []
  const end = messages.findIndex((later, at) => at > index && later.role === 'assistant' && callsOf(later).length > 0)
  const later = messages.slice(index + 1, end === -1 ? undefined : end)
  return calls.map(({ id }) => {
    const result = later.find((candidate) => candidate.role === 'tool' && candidate.tool_call_id === id && !placed.has(candidate))
    if (result === undefined) {
      throw invalidRequest(
        'invalid_value',
        `The tool call '${String(id).slice(0, 64)}' has no result: each call needs one message with role 'tool'.`,
        `messages[${index}].tool_calls`,
      )
    }
    placed.add(result)
    return result
  })
}

/** A result whose call was cut off with the start of the history is told as text; anywhere else it is a mistake. */
function toOrphan(message: Message, before: readonly Message[]): Message {
  if (before.every((earlier) => isSystem(earlier) || earlier.role === 'tool')) {
    return { role: 'user', content: `Result of an earlier tool call: ${textOf(message.content)}` }
  }
  throw invalidRequest(
    'invalid_value',
    "A message with role 'tool' must answer a tool call of the message before.",
    `messages[${before.length}].tool_call_id`,
  )
}

const turnOrder: RequestRepair = {
  name: 'turn-order',
  stage: 'request',
  reason: 'Gemini refuses conversations that begin with tool calls, that end with the assistant, or in which the assistant speaks twice.',
  apply: (request) => {
    const messages = mergeAssistants(messagesOf(request))
    const first = messages.find((message) => !isSystem(message))
    const at = first === undefined ? -1 : messages.indexOf(first)
    if (first !== undefined && callsOf(first).length > 0) messages.splice(at, 0, { role: 'user', content: '(The conversation goes on.)' })
    if (messages.at(-1)?.role === 'assistant') messages.push({ role: 'user', content: '(Go on.)' })
    return withMessages(request, messages)
  },
}

function mergeAssistants(messages: readonly Message[]): Message[] {
  const out: Message[] = []
  for (const message of messages) {
    const last = out.at(-1)
    if (last?.role !== 'assistant' || message.role !== 'assistant' || callsOf(last).length > 0) out.push(message)
    else out[out.length - 1] = { ...message, content: [last.content, message.content].filter(Boolean).join('\n\n') }
  }
  return out.map((message) => (message.content === '' && callsOf(message).length > 0 ? without(message, 'content') : message))
}

/** The repair that puts results to their calls; it names places, and so comes before messages are left out or joined. */
export const RESULT_REPAIRS: readonly RequestRepair[] = [toolResults]
/** The one that has the last word on the order. */
export const TURN_REPAIRS: readonly RequestRepair[] = [turnOrder]
