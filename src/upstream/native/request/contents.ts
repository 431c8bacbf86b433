import { isRecord } from '../../../contract/isRecord.js'
import type { ExtraContent, RequestMessage, ToolCall } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import { callsOf, joinText, mediaOf, type ToolMessage } from '../../request/repairs/message.js'
import type { Content, Part } from '../types.js'
import { toParts } from './parts.js'

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
      names = new Map(callsOf(message).map((call) => [call.id, nameOfCall(call)]))
      contents.push({ role: 'model', parts: toModelParts(message) })
    } else contents.push({ role: 'user', parts: toParts(message.content, context) })
  }
  return contents
}

type AssistantMessage = Extract<RequestMessage, { role: 'assistant' }>

function toModelParts(message: AssistantMessage): Part[] {
  const text = joinText(message.content)
  const signature = signatureOf(message.extra_content)
  const signed = signature === undefined ? {} : { thoughtSignature: signature }
  const said: Part[] = text === '' && signature === undefined ? [] : [{ text, ...signed }]
  return [...said, ...callsOf(message).map(toFunctionCall)]
}

const signatureOf = (extra: ExtraContent | null | undefined): string | undefined => extra?.google?.thought_signature || undefined

const nameOfCall = (call: ToolCall): string => (call.type === 'function' ? call.function.name : '')

function toFunctionCall(call: ToolCall): Part {
  const { id, extra_content: extra } = call
  const signature = signatureOf(extra)
  const args: unknown = call.type === 'function' ? JSON.parse(call.function.arguments) : {}
  return {
    functionCall: { id, name: nameOfCall(call), args: isRecord(args) ? args : {} },
    ...(signature === undefined ? {} : { thoughtSignature: signature }),
  }
}

function toFunctionResponse(message: ToolMessage, names: ReadonlyMap<string, string>, context: RequestContext): Part {
  const { tool_call_id: id, content } = message
  const parts = toParts(mediaOf(message), context)
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
