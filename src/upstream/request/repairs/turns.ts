import { replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import type { RequestMessage, ToolCall } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'
import {
  callsOf,
  isInstruction,
  joinMessages,
  joinText,
  mediaOf,
  replaceMessages,
  type ToolMessage,
  toLegacyCallId,
  toolNameOf,
} from './message.js'

/** Moves the results of tool calls directly after their calls. */
export const toolResultsRepair: RequestRepair = {
  name: 'tool-results',
  reason: 'Gemini requires the results of a step right after its calls, each exactly once and in their order.',
  apply: (request) => {
    if (!request.messages.some((message) => message.role === 'tool' || callsOf(message).length > 0)) return request
    const results = new ToolResults(request.messages)
    let isStart = true
    const messages = request.messages.flatMap((message, index): RequestMessage[] => {
      if (message.role === 'tool') return results.taken.has(index) ? [] : [toUserMessage(message, index, isStart)]
      if (!isInstruction(message)) isStart = false
      return [message, ...results.takeAll(callsOf(message), index)]
    })
    return replaceMessages(request, messages)
  },
}

/** The tool results of a conversation, by call id; each result can be taken once. */
class ToolResults {
  /** Results that have not been taken, by call id, in reverse: `pop` returns the next one. */
  readonly #waiting = new Map<string, { readonly index: number; readonly message: ToolMessage }[]>()
  /** For each message, the index of the next message with tool calls. */
  readonly #nextCalls: number[] = []
  /** The indexes of the result messages that have been taken. */
  readonly taken = new Set<number>()

  constructor(messages: RequestMessage[]) {
    let next = messages.length
    for (const [index, message] of [...messages.entries()].reverse()) {
      this.#nextCalls[index] = next
      if (callsOf(message).length > 0) next = index
      if (message.role !== 'tool') continue
      const waiting = this.#waiting.get(message.tool_call_id) ?? []
      waiting.push({ index, message })
      this.#waiting.set(message.tool_call_id, waiting)
    }
  }

  /** Takes the results of the calls in the message at `index`. @throws 400 if one is missing */
  takeAll(calls: readonly ToolCall[], index: number): ToolMessage[] {
    const results = calls.map(({ id }) => this.#take(id, index))
    return new Set(calls.map(({ id }) => id)).size === calls.length ? results : matchNames(calls, results)
  }

  #take(id: string, index: number): ToolMessage {
    const waiting = this.#waiting.get(id)
    let result = waiting?.pop()
    while (result !== undefined && result.index <= index) result = waiting?.pop()
    if (result === undefined || result.index >= (this.#nextCalls[index] ?? 0)) throw noResultError(id, index)
    this.taken.add(result.index)
    return result.message
  }
}

function noResultError(id: string, index: number): Error {
  if (id === toLegacyCallId(index)) {
    const message = 'The `function_call` has no result. Send exactly one message with the role `function` after it.'
    return apiError('invalid_value', message, { param: `messages[${index}].function_call` })
  }
  const message = `The tool call '${id.slice(0, 64)}' has no result. Send exactly one result for each tool call.`
  return apiError('invalid_value', message, { param: `messages[${index}].tool_calls` })
}

/**
 * Returns the result of each call, in order, if calls have equal ids: matches by function name
 * first, then takes the remaining results in the order of the messages.
 */
function matchNames(calls: readonly ToolCall[], results: readonly ToolMessage[]): ToolMessage[] {
  const named = new Queues<ToolMessage>()
  for (const result of results) named.push(JSON.stringify([result.tool_call_id, result.name]), result)
  const matched = calls.map((call) => named.shift(JSON.stringify([call.id, toolNameOf(call)])))
  const taken = new Set(matched)
  const others = new Queues<ToolMessage>()
  for (const result of results) if (!taken.has(result)) others.push(result.tool_call_id, result)
  return calls.flatMap(({ id }, index) => matched[index] ?? others.shift(id) ?? [])
}

/** First-in-first-out queues of items, by key. */
class Queues<T> {
  readonly #queues = new Map<string, { readonly items: T[]; next: number }>()

  push(key: string, item: T): void {
    const queue = this.#queues.get(key) ?? { items: [], next: 0 }
    queue.items.push(item)
    this.#queues.set(key, queue)
  }

  shift(key: string): T | undefined {
    const queue = this.#queues.get(key)
    if (queue === undefined) return undefined
    queue.next += 1
    return queue.items[queue.next - 1]
  }
}

/**
 * Converts a tool result without a call, at the start of a truncated history, to a user message.
 * @throws 400 for such a result at any other position
 */
function toUserMessage(message: ToolMessage, index: number, isStart: boolean): RequestMessage {
  if (!isStart) {
    const [field, rule] =
      message.tool_call_id === toLegacyCallId(index)
        ? ['role', 'A message with the role `function` must follow an assistant message with `function_call`.']
        : ['tool_call_id', 'The result of a tool call must follow the call, with the same id.']
    throw apiError('invalid_value', rule, { param: `messages[${index}].${field}` })
  }
  const text = `Result of an earlier tool call: ${joinText(message.content)}`
  const media = mediaOf(message)
  return { role: 'user', content: media.length === 0 ? text : [{ type: 'text', text }, ...media] }
}

/**
 * Adds user messages before initial tool calls and after a final assistant message, as Gemini
 * requires. Merges consecutive assistant messages only for the compatible API: the native API takes
 * them as one turn.
 */
export const turnOrderRepair: RequestRepair = {
  name: 'turn-order',
  reason:
    'Gemini refuses a conversation that begins with tool calls or ends with the assistant; its compatible API also refuses two assistant messages in a row.',
  apply: (request, { upstream }) => {
    if (!request.messages.some(({ role }) => role === 'assistant')) return request
    const messages = upstream === 'native' ? [...request.messages] : groupAssistants(request.messages).flatMap(mergeAssistants)
    const first = messages.findIndex((message) => !isInstruction(message))
    const opening = messages.slice(first).find((message) => message.role !== 'assistant' || callsOf(message).length > 0)
    if (opening !== undefined && callsOf(opening).length > 0)
      messages.splice(first, 0, { role: 'user', content: '(The conversation goes on.)' })
    if (messages.at(-1)?.role === 'assistant') messages.push({ role: 'user', content: '(Go on.)' })
    return replaceMessages(request, messages)
  },
}

/** Groups consecutive assistant messages; a message with tool calls ends its group. */
function groupAssistants(messages: RequestMessage[]): RequestMessage[][] {
  const groups: RequestMessage[][] = []
  for (const message of messages) {
    const last = groups.at(-1)?.at(-1)
    if (last?.role === 'assistant' && message.role === 'assistant' && callsOf(last).length === 0) groups.at(-1)?.push(message)
    else groups.push([message])
  }
  return groups
}

/** Merges a group of assistant messages: the last one gets the texts and images of all. */
function mergeAssistants(group: RequestMessage[]): RequestMessage[] {
  const last = group.at(-1)
  if (group.length < 2 || last?.role !== 'assistant') return group
  const text = joinMessages(group)
  const images = group.flatMap((message) => (message.role === 'assistant' && message.images) || [])
  const merged = images.length === 0 ? last : { ...last, images }
  return [replaceMember(merged, 'content', text === '' && callsOf(last).length > 0 ? undefined : text)]
}
