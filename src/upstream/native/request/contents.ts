import type { RequestMessage } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { callsOf, joinText, mediaOf, type ToolMessage, toolNameOf } from '../../request/repairs/message.js'
import type { Content, Part } from '../wire/types.js'
import { JsonObjects } from './jsonObjects.js'
import { type AssistantMessage, toModelParts } from './modelParts.js'
import { toBlob, toUserParts } from './parts.js'

/** Encodes the messages of a repaired conversation, without its instruction. */
export function toContents(messages: readonly RequestMessage[], context: RequestContext): Content[] {
  const contents: Content[] = []
  const objects = new JsonObjects()
  /** The parts of the step whose results are being read. */
  let results: Part[] | undefined
  let names = new Map<string, string>()
  /** The messages of one turn of the model: a call must not follow another content of its own. */
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
      // Empty for code that is not in the form in which it was sent.
      if (parts.length > 0) contents.push({ role: 'model', parts })
      turn = []
    } else contents.push({ role: 'user', parts: toUserParts(message.content, context) })
  }
  return contents
}

interface ResultContext {
  /** The functions of the step, by the ids of their calls. */
  readonly names: ReadonlyMap<string, string>
  readonly objects: JsonObjects
}

function toFunctionResponse(message: ToolMessage, { names, objects }: ResultContext): Part {
  const { tool_call_id: id, content } = message
  // Of media, the repairs leave images and files only. No resolution may stand beside them here.
  const parts = mediaOf(message).flatMap((part) => (part.type === 'image_url' ? toBlob(part.image_url.url) : []))
  return {
    functionResponse: {
      id,
      name: names.get(id) ?? '',
      response: toResponse(joinText(content), objects),
      ...(parts.length === 0 ? {} : { parts }),
    },
  }
}

// A number that JSON.parse would round.
const LONG_NUMBER = /\d{16}/

/** Gemini takes an object: one that the text is, or one that holds the text. */
const toResponse = (text: string, objects: JsonObjects): object =>
  (LONG_NUMBER.test(text) ? undefined : objects.parse(text)) ?? { result: text }
