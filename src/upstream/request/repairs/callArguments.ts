import { mapItems, replace } from '../../../contract/copyOnWrite.js'
import type { RequestMessage } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'
import { isJsonObject } from './isJsonObject.js'
import { callsOf, mapMessages } from './message.js'

/** Replaces the arguments of earlier tool calls that are not a JSON object. */
export const callArgumentsRepair: RequestRepair = {
  name: 'call-arguments',
  reason: 'Gemini requires the arguments of a call to be a JSON object, but models also generate `null` or JSON that was cut off.',
  apply: mapMessages((message, index, { ignore }): RequestMessage => {
    if (message.role !== 'assistant') return message
    const path = `messages[${index}]`
    const { function_call: legacy } = message
    const repaired = legacy
      ? replace(message, 'function_call', repairArguments(legacy, `${path}.function_call.arguments`, ignore))
      : message
    const calls = mapItems(callsOf(repaired), (call, position) =>
      call.type === 'function'
        ? replace(call, 'function', repairArguments(call.function, `${path}.tool_calls[${position}].function.arguments`, ignore))
        : call,
    )
    return calls.length === 0 ? repaired : replace(repaired, 'tool_calls', calls)
  }),
}

/** Wraps arguments that are not a JSON object into one, so that the model can read them. */
function repairArguments<T extends { readonly arguments: string }>(called: T, path: string, ignore: (path: string) => void): T {
  const { arguments: text } = called
  if (isJsonObject(text)) return called
  if (['', 'null'].includes(text.trim())) return replace(called, 'arguments', '{}')
  ignore(path)
  return replace(called, 'arguments', JSON.stringify({ arguments: text }))
}
