import { isRecord } from '../../../contract/isRecord.js'
import type { RequestMessage } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { callsOf, joinText, mediaOf, type ToolMessage, toolNameOf } from '../../request/repairs/message.js'
import type { Content, Part } from '../wire/types.js'
import { toModelParts } from './modelParts.js'
import { toUserParts } from './parts.js'

/** Encodes the messages of a repaired conversation, without its instruction. */
export function toContents(messages: readonly RequestMessage[], context: RequestContext): Content[] {
  const contents: Content[] = []
  /** The parts of the step whose results are being read. */
  let results: Part[] | undefined
  let names = new Map<string, string>()
  for (const message of messages) {
    if (message.role === 'tool') {
      if (results === undefined) {
        results = []
        contents.push({ role: 'user', parts: results })
      }
      results.push(toFunctionResponse(message, names, context))
      continue
    }
    results = undefined
    if (message.role === 'assistant') {
      names = new Map(callsOf(message).map((call) => [call.id, toolNameOf(call)]))
      contents.push({ role: 'model', parts: toModelParts(message) })
    } else contents.push({ role: 'user', parts: toUserParts(message.content, context) })
  }
  return contents
}

function toFunctionResponse(message: ToolMessage, names: ReadonlyMap<string, string>, context: RequestContext): Part {
  const { tool_call_id: id, content } = message
  const parts = toUserParts(mediaOf(message), context)
  return {
    functionResponse: {
      id,
      name: names.get(id) ?? '',
      response: toResponse(joinText(content)),
      ...(parts.length === 0 ? {} : { parts }),
    },
  }
}

// A number that JSON.parse would round.
const LONG_NUMBER = /\d{16}/

/** Gemini takes an object: one that the text is, or one that holds the text. */
function toResponse(text: string): object {
  const looksLikeObject = /^\s*\{/.test(text) && !LONG_NUMBER.test(text)
  if (!looksLikeObject) return { result: text }
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : { result: text }
  } catch {
    return { result: text }
  }
}
