import { invalidArgument } from '../errors.js'
import { isObject } from '../strict.js'
import type { JsonObject } from '../types.js'
import type { NativeContent, NativePart } from './wire.js'

/** Converts the input of an interaction (text, contents or steps) to that of generateContent. */
export function inputContents(input: unknown): NativeContent[] {
  if (input === undefined) return []
  if (typeof input === 'string') return [{ role: 'user', parts: [{ text: input }] }]
  const items = (Array.isArray(input) ? input : [input]).filter(isObject)
  return items.map(({ type, content, ...rest }) => {
    if (type === 'user_input') return { role: 'user', parts: listOf(content).map(partOf) }
    if (type === 'model_output') return { role: 'model', parts: listOf(content).map(partOf) }
    return { role: 'user', parts: [partOf({ type, content, ...rest })] }
  })
}

const listOf = (value: unknown): readonly JsonObject[] =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : Array.isArray(value) ? value.filter(isObject) : []

function partOf(item: JsonObject): NativePart {
  const { type, text, uri, data, mime_type: mimeType = 'text/plain', name, call_id: id, result } = item
  if (type === 'text') return { text: String(text) }
  if (type === 'function_result')
    return { functionResponse: { name: String(name), id: String(id), response: isObject(result) ? result : { result } } }
  if (uri !== undefined) return { fileData: { fileUri: String(uri), mimeType: String(mimeType) } }
  if (data !== undefined) return { inlineData: { data: String(data), mimeType: String(mimeType) } }
  throw invalidArgument(`Unknown content type: ${String(type)}.`)
}
