import { type ApiError, apiError } from '../../../contract/errors.js'
import { type RequestRepair, withMessages, without } from './context.js'
import { callsOf, isSystem, type Message, messagesOf, textOf } from './message.js'

const toolResults: RequestRepair = {
  name: 'tool-results',
  stage: 'request',
  reason: 'Gemini wants the results of a step right after its calls, each exactly once and in their order.',
  apply: (request) => {
    const messages = messagesOf(request)
    const results = makeResults(messages)
    let isStart = true
    const out = messages.flatMap((message, index) => {
      if (message.role === 'tool') return results.isPlaced(index) ? [] : [toOrphan(message, index, isStart)]
      if (!isSystem(message)) isStart = false
      return [message, ...callsOf(message).map(({ id }) => results.take(id, index))]
    })
    return withMessages(request, out)
  },
}

/** The results of a conversation, each to be taken once. */
interface Results {
  isPlaced(index: number): boolean
  /** Takes the result of a call that stands at `index`. @throws 400 where there is none before the next calls */
  take(id: unknown, index: number): Message
}

function makeResults(messages: readonly Message[]): Results {
  const byId = new Map<unknown, { readonly places: number[]; next: number }>()
  const nextCalls: number[] = []
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'tool') continue
    const queue = byId.get(message.tool_call_id) ?? { places: [], next: 0 }
    queue.places.push(index)
    byId.set(message.tool_call_id, queue)
  }
  for (let index = messages.length - 1, next = messages.length; index >= 0; index--) {
    nextCalls[index] = next
    if (callsOf(messages[index] ?? {}).length > 0) next = index
  }
  const placed = new Set<number>()

  return {
    isPlaced: (index) => placed.has(index),
    take: (id, index) => {
      const queue = byId.get(id)
      while (queue !== undefined && (queue.places[queue.next] ?? messages.length) <= index) queue.next += 1
      const place = queue?.places[queue.next] ?? messages.length
      const result = messages[place]
      if (queue === undefined || result === undefined || place >= (nextCalls[index] ?? 0)) throw noResult(id, index)
      queue.next += 1
      placed.add(place)
      return result
    },
  }
}

const noResult = (id: unknown, index: number): ApiError =>
  apiError(
    'invalid_value',
    `The tool call '${String(id).slice(0, 64)}' has no result. Add one message with role 'tool' for each tool call.`,
    { param: `messages[${index}].tool_calls` },
  )

/** A result whose call was cut off with the start of the history is told as text; anywhere else it is a mistake. */
function toOrphan(message: Message, index: number, isStart: boolean): Message {
  if (isStart) return { role: 'user', content: `Result of an earlier tool call: ${textOf(message.content)}` }
  throw apiError('invalid_value', "A message with role 'tool' must follow an assistant message that contains its tool call.", {
    param: `messages[${index}].tool_call_id`,
  })
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
  for (const group of assistantGroups(messages)) {
    const last = group.at(-1) ?? {}
    const text =
      group.length === 1
        ? last.content
        : group
            .map(({ content }) => content)
            .filter(Boolean)
            .join('\n\n')
    out.push(group.length === 1 ? last : { ...last, content: text })
  }
  return out.map((message) => (message.content === '' && callsOf(message).length > 0 ? without(message, 'content') : message))
}

/** The messages, those of an assistant that speaks several times in a row together; calls end a group. */
function assistantGroups(messages: readonly Message[]): Message[][] {
  const groups: Message[][] = []
  for (const message of messages) {
    const last = groups.at(-1)?.at(-1)
    if (last?.role === 'assistant' && message.role === 'assistant' && callsOf(last).length === 0) groups.at(-1)?.push(message)
    else groups.push([message])
  }
  return groups
}

/** The repair that puts results to their calls; it names places, and so comes before messages are left out or joined. */
export const RESULT_REPAIRS: readonly RequestRepair[] = [toolResults]
/** The one that has the last word on the order. */
export const TURN_REPAIRS: readonly RequestRepair[] = [turnOrder]
