import type { ToolCallRecord } from '../../../contract/callRecord.js'
import { mapItems, replaceMember } from '../../../contract/copyOnWrite.js'
import type { RequestMessage, ToolCall } from '../../../contract/types.js'
import type { RequestContext, RequestRepair } from './context.js'
import { callsOf, replaceMessages, toolNameOf } from './message.js'

/** Returns the record of a tool call; undefined if it is missing or names another function. */
export function findCallRecord(call: ToolCall, { calls }: Pick<RequestContext, 'calls'>): ToolCallRecord | undefined {
  const record = calls.get(call.id)
  return record?.name === toolNameOf(call) ? record : undefined
}

/** Restores Gemini's own ids of tool calls, and makes ids unique within each assistant message. */
export const callIdsRepair: RequestRepair = {
  name: 'call-ids',
  reason: "Gemini matches results to calls by id: it must be Gemini's own, or at least differ between the calls of a step.",
  apply: (request, context) => {
    // Every id that the client sent counts as used, so that no call gets the id of another call.
    const used = new Set(request.messages.flatMap(callsOf).map(({ id }) => id))
    const wantedId = (call: ToolCall): string => {
      const id = findCallRecord(call, context)?.upstreamId
      if (id === undefined || used.has(id)) return call.id || DEFAULT_CALL_ID
      used.add(id)
      return id
    }
    /** Ids of the latest calls that still need results, in reverse: `pop` returns the next one. */
    let resultIds: string[] = []
    const messages = request.messages.map((message): RequestMessage => {
      if (message.role === 'tool') return replaceMember(message, 'tool_call_id', resultIds.pop() ?? message.tool_call_id)
      const calls = callsOf(message)
      if (message.role !== 'assistant' || calls.length === 0) return message
      const ids = toDistinct(calls.map(wantedId))
      resultIds = ids.toReversed()
      return replaceMember(
        message,
        'tool_calls',
        mapItems(calls, (call, index) => replaceMember(call, 'id', ids[index] ?? call.id)),
      )
    })
    return replaceMessages(request, messages)
  },
}

// The id that a tool call gets if the client sent an empty one.
const DEFAULT_CALL_ID = 'call'

/** Numbers the repetitions of a call id: `f` and `f` become `f` and `f_2`. */
function toDistinct(ids: readonly string[]): string[] {
  const taken = new Set(ids)
  if (taken.size === ids.length) return [...ids]
  const counts = new Map<string, number>()
  return ids.map((id) => {
    let count = (counts.get(id) ?? 0) + 1
    while (count > 1 && taken.has(`${id}_${count}`)) count += 1
    counts.set(id, count)
    const distinct = count === 1 ? id : `${id}_${count}`
    taken.add(distinct)
    return distinct
  })
}
