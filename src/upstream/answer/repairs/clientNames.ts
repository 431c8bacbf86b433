import { replaceMember, reuseIfEqual } from '../../../contract/copyOnWrite.js'
import type { AnswerRepair, RawToolCall } from './context.js'

/** Renames each called function to the name that the client declared. */
export const clientNamesRepair: AnswerRepair = {
  name: 'client-names',
  reason: 'Gemini refuses some function names. Calls then have the name that the proxy sent instead, which the client does not know.',
  apply: (part, { clientNames }) => {
    const { tool_calls: calls } = part.message
    if (!calls) return part
    const renamed = reuseIfEqual(
      calls,
      calls.map((call) => rename(call, clientNames)),
    )
    return replaceMember(part, 'message', replaceMember(part.message, 'tool_calls', renamed))
  },
}

function rename(call: RawToolCall, clientNames: ReadonlyMap<string, string>): RawToolCall {
  const { function: called } = call
  const name = clientNames.get(called?.name ?? '')
  return called === undefined || name === undefined ? call : replaceMember(call, 'function', replaceMember(called, 'name', name))
}
