import type { RequestMessage } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { isSameJson, JsonObjects } from '../../request/repairs/jsonObjects.js'
import { callsOf, joinText, mediaOf, type ToolMessage, toolNameOf } from '../../request/repairs/message.js'
import type { Content, Part } from '../wire/types.js'
import { type AssistantMessage, toModelParts } from './modelParts.js'
import { toInlinePart, toUserParts } from './parts.js'

/** Encodes `contents`. @param messages - messages of a repaired chat, without the system message */
export function toContents(messages: readonly RequestMessage[], context: RequestContext): Content[] {
  const contents: Content[] = []
  const objects = new JsonObjects()
  /** Results of the current run of tool messages, for one content; undefined outside of a run. */
  let results: Part[] | undefined
  let names = new Map<string, string>()
  /** Successive assistant messages, joined: Gemini refuses calls in two successive contents. */
  let turn: AssistantMessage[] = []
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (results === undefined) {
        results = []
        contents.push({ role: 'user', parts: results })
      }
      results.push(toFunctionResponse(message, { names, objects }))
      continue
    }
    results = undefined
    if (message.role === 'assistant') {
      turn.push(message)
      if (messages[index + 1]?.role === 'assistant') continue
      names = new Map(turn.flatMap(callsOf).map((call) => [call.id, toolNameOf(call)]))
      const parts = toModelParts(turn)
      // Code in an unknown format is dropped: a turn with nothing else is not sent, as it is empty.
      if (parts.length > 0) contents.push({ role: 'model', parts })
      turn = []
    } else contents.push({ role: 'user', parts: toUserParts(message.content, context) })
  }
  return contents
}

interface ResultContext {
  /** Names of the functions called in the last model turn, by the ids of the calls. */
  readonly names: ReadonlyMap<string, string>
  readonly objects: JsonObjects
}

function toFunctionResponse(message: ToolMessage, { names, objects }: ResultContext): Part {
  const { tool_call_id: id, content } = message
  // The repairs leave only `image_url` parts. Google allows no `mediaResolution` in results.
  const parts = mediaOf(message).flatMap((part) => (part.type === 'image_url' ? toInlinePart(part.image_url.url) : []))
  return {
    functionResponse: {
      id,
      name: names.get(id) ?? '',
      response: toResponse(joinText(content), objects),
      ...(parts.length === 0 ? {} : { parts }),
    },
  }
}

/**
 * Parses a function's result, for which Gemini requires an object. Returns `{ result: text }` for
 * other text, for an object with reserved members, and for one that JSON.parse would change.
 */
function toResponse(text: string, objects: JsonObjects): object {
  const value = objects.parse(text)
  if (value === undefined) return { result: text }
  const json = JSON.stringify(value)
  return isReserved(value, json) || !isSameJson(text, json) ? { result: text } : value
}

// Gemini 3 refuses any `$ref` that names no media of the result. If an object has `output` or
// `error`, Google documents only these members as the result.
const isReserved = (value: object, json: string): boolean =>
  Object.hasOwn(value, 'output') || Object.hasOwn(value, 'error') || json.includes('"$ref":')
