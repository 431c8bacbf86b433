import { mapItems, replaceMember } from '../../../contract/copyOnWrite.js'
import type { RequestMessage } from '../../../contract/types.js'
import { toWellFormedJson } from '../../../json/wellFormed.js'
import type { RequestRepair } from './context.js'
import { isJsonObject } from './isJsonObject.js'
import { callsOf, mapMessages } from './message.js'

/** Replaces the arguments of earlier tool calls that are not a JSON object, or not well-formed. */
export const callArgumentsRepair: RequestRepair = {
  name: 'call-arguments',
  reason: 'Gemini requires the arguments of a call to be a JSON object, but models also generate `null` or JSON that was cut off.',
  apply: mapMessages((message, index, { ignore }): RequestMessage => {
    if (message.role !== 'assistant') return message
    const path = `messages[${index}]`
    const { function_call: legacy } = message
    const repaired = legacy
      ? replaceMember(message, 'function_call', repairArguments(legacy, `${path}.function_call.arguments`, ignore))
      : message
    const calls = mapItems(callsOf(repaired), (call, position) =>
      call.type === 'function'
        ? replaceMember(call, 'function', repairArguments(call.function, `${path}.tool_calls[${position}].function.arguments`, ignore))
        : call,
    )
    return calls.length === 0 ? repaired : replaceMember(repaired, 'tool_calls', calls)
  }),
}

/** Wraps arguments that are not a JSON object in one, as `arguments`; empty ones become `{}`. */
function repairArguments<T extends { readonly arguments: string }>(called: T, path: string, ignore: (path: string) => void): T {
  const { arguments: text } = called
  if (isJsonObject(text)) return replaceMember(called, 'arguments', toWellFormedJson(text))
  if (['', 'null'].includes(text.trim())) return replaceMember(called, 'arguments', '{}')
  ignore(path)
  return replaceMember(called, 'arguments', toWellFormedJson(JSON.stringify({ arguments: text })))
}
