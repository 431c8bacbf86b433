import { mapItems, replaceMember } from '../../../contract/copyOnWrite.js'
import type { RequestMessage } from '../../../contract/types.js'
import { toWellFormedJson } from '../../../json/wellFormed.js'
import type { RequestRepair } from './context.js'
import { isJsonObject } from './isJsonObject.js'
import { JsonObjects } from './jsonObjects.js'
import { callsOf, mapMessages } from './message.js'

/**
 * Repairs arguments of earlier tool calls that are not a JSON object or have lone surrogates. For
 * the native API, for which they are parsed, also arguments with too many values or levels.
 */
export const callArgumentsRepair: RequestRepair = {
  name: 'call-arguments',
  reason: 'Gemini requires the arguments of a call to be a JSON object, but models also generate `null` or JSON that was cut off.',
  apply: (request, context) => {
    // Tool results have a limit of their own: large ones do not use up the limit of arguments.
    const objects = context.upstream === 'native' ? new JsonObjects() : undefined
    const isObject = (text: string): boolean => isJsonObject(text) && (objects?.admit(text) ?? true)
    return mapMessages((message, index, { ignore }): RequestMessage => {
      if (message.role !== 'assistant') return message
      const path = `messages[${index}]`
      const repair = <T extends CalledFunction>(called: T, at: string): T =>
        replaceMember(
          called,
          'arguments',
          repairArguments(called.arguments, isObject, () => ignore(`${path}.${at}.arguments`)),
        )
      const { function_call: legacy } = message
      const repaired = legacy ? replaceMember(message, 'function_call', repair(legacy, 'function_call')) : message
      const calls = mapItems(callsOf(repaired), (call, position) =>
        call.type === 'function' ? replaceMember(call, 'function', repair(call.function, `tool_calls[${position}].function`)) : call,
      )
      return calls.length === 0 ? repaired : replaceMember(repaired, 'tool_calls', calls)
    })(request, context)
  },
}

interface CalledFunction {
  readonly arguments: string
}

// Matches the forms of empty arguments; PHP encodes an empty object as `[]`.
const EMPTY_ARGUMENTS = /^\s*(?:(?:null|\[\s*\]|"")\s*)?$/

/** Replaces empty arguments by `{}`, and other non-objects by an object with member `arguments`. */
function repairArguments(text: string, isObject: (text: string) => boolean, ignore: () => void): string {
  if (isObject(text)) return toWellFormedJson(text)
  if (EMPTY_ARGUMENTS.test(text)) return '{}'
  ignore()
  return toWellFormedJson(JSON.stringify({ arguments: text }))
}
