import type { RequestMessage } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { callsOf, joinText, mediaOf, type ToolMessage, toolNameOf } from '../../request/repairs/message.js'
import type { Content, Part } from '../wire/types.js'
import { JsonObjects } from './jsonObjects.js'
import { type AssistantMessage, toModelParts } from './modelParts.js'
import { toInlinePart, toUserParts } from './parts.js'

/** Encodes the messages of a repaired chat, without its system message. */
export function toContents(messages: readonly RequestMessage[], context: RequestContext): Content[] {
  const contents: Content[] = []
  const objects = new JsonObjects()
  /** The parts of the current run of tool messages. */
  let results: Part[] | undefined
  let names = new Map<string, string>()
  /** Successive assistant messages, for one content: Gemini refuses a call after another one. */
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
      const parts = toModelParts(turn, objects)
      // Empty if the message only has code in an unknown format, which is dropped.
      if (parts.length > 0) contents.push({ role: 'model', parts })
      turn = []
    } else contents.push({ role: 'user', parts: toUserParts(message.content, context) })
  }
  return contents
}

interface ResultContext {
  /** Function names by the ids of their calls, of the last model turn. */
  readonly names: ReadonlyMap<string, string>
  readonly objects: JsonObjects
}

function toFunctionResponse(message: ToolMessage, { names, objects }: ResultContext): Part {
  const { tool_call_id: id, content } = message
  // The repairs have removed media other than images and files. Gemini allows no resolution here.
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

// Matches numbers that JSON.parse could round.
const LONG_NUMBER = /\d{16}/

/** Gemini requires an object: the text parsed as one, else `{ result: text }`. */
const toResponse = (text: string, objects: JsonObjects): object =>
  (LONG_NUMBER.test(text) ? undefined : objects.parse(text)) ?? { result: text }
