import { isObject } from '../strict.js'
import type { JsonObject } from '../types.js'
import type { ChatMessage, ChatRequest, Part, SentCall, Tool } from '../wire.js'
import { callsOf, resultsOf, toTurns } from './turns.js'
import { declarationsOf, type NativeContent, type NativePart, type NativeRequest } from './wire.js'

/**
 * Converts a native request to a chat request. The simulator generates answers from chat requests,
 * so both APIs give the same answers.
 */
export const toChat = (request: NativeRequest, modelId: string, isStream: boolean): ChatRequest => {
  const config = request.generationConfig ?? {}
  const { thinkingBudget: budget, thinkingLevel: level, includeThoughts } = config.thinkingConfig ?? {}
  const thinking = {
    ...(includeThoughts === undefined ? {} : { include_thoughts: includeThoughts }),
    ...(budget === undefined ? {} : { thinking_budget: budget }),
    ...(level === undefined ? {} : { thinking_level: level }),
  }
  return {
    model: modelId,
    messages: messagesOf(request),
    stream: isStream,
    ...toolsOf(request),
    ...formatOf(request),
    ...(config.stopSequences === undefined ? {} : { stop: config.stopSequences }),
    ...(config.maxOutputTokens === undefined ? {} : { max_tokens: config.maxOutputTokens }),
    ...(Object.keys(thinking).length === 0 ? {} : { extra_body: { google: { thinking_config: thinking } } }),
  }
}

function messagesOf({ systemInstruction, contents = [] }: NativeRequest): ChatMessage[] {
  const system = (systemInstruction?.parts ?? []).map(({ text }) => text ?? '').join('\n')
  const messages: ChatMessage[] = system === '' ? [] : [{ role: 'system', content: system }]
  const turns = toTurns(contents)
  turns.forEach((content, index) => {
    if (content.role === 'model') messages.push(assistantOf(content, index))
    else messages.push(...userOf(content, turns[index - 1], index))
  })
  return messages
}

const idOf = (id: string | undefined, index: number, at: number): string => id ?? `call ${index}.${at}`

function assistantOf(content: NativeContent, index: number): ChatMessage {
  const text = (content.parts ?? []).map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('')
  const calls = callsOf(content).map(
    ({ id, name = '', args = {} }, at): SentCall => ({
      id: idOf(id, index, at),
      function: { name, arguments: JSON.stringify(args) },
    }),
  )
  return { role: 'assistant', ...(text === '' ? {} : { content: text }), ...(calls.length === 0 ? {} : { tool_calls: calls }) }
}

/** Converts a content to one tool message per function result; without results, a user message. */
function userOf(content: NativeContent, before: NativeContent | undefined, index: number): ChatMessage[] {
  const results = resultsOf(content)
  if (results.length === 0) return [{ role: 'user', content: (content.parts ?? []).map(partOf) }]
  const calls = callsOf(before)
  return results.map(({ response = {}, parts = [] }, at) => ({
    role: 'tool',
    tool_call_id: idOf(calls[at]?.id, index - 1, at),
    content: parts.length === 0 ? resultText(response) : [{ type: 'text', text: resultText(response) }, ...parts.map(partOf)],
  }))
}

/** Returns a result as text: its only member, such as `output`, if that is text, otherwise JSON. */
function resultText(response: JsonObject): string {
  const [key, ...more] = Object.keys(response)
  const value = key === undefined ? undefined : response[key]
  if (more.length === 0 && ['result', 'output', 'content', 'return_value'].includes(key ?? '') && typeof value === 'string') return value
  return JSON.stringify(response)
}

function partOf(part: NativePart): Part {
  if (part.text !== undefined) return { type: 'text', text: part.text }
  const { mimeType = '', data = '' } = part.inlineData ?? {}
  if (mimeType.startsWith('audio/')) return { type: 'input_audio', input_audio: { data, format: mimeType.slice('audio/'.length) } }
  const url = part.inlineData === undefined ? `data:${part.fileData?.mimeType ?? 'text/plain'};base64,` : `data:${mimeType};base64,${data}`
  return { type: 'image_url', image_url: { url } }
}

function toolsOf(request: NativeRequest): Pick<ChatRequest, 'tools' | 'tool_choice'> {
  const { mode = 'AUTO', allowedFunctionNames: allowed = [] } = request.toolConfig?.functionCallingConfig ?? {}
  const offered = declarationsOf(request).filter(({ name = '' }) => allowed.length === 0 || allowed.includes(name))
  if (offered.length === 0) return {}
  const tools = offered.map(
    ({ name = '', description = '', parameters, parametersJsonSchema }): Tool => ({
      type: 'function',
      function: { name, description, parameters: schemaOf(parametersJsonSchema ?? parameters) },
    }),
  )
  const forced = allowed.length === 1 ? { function: { name: allowed[0] ?? '' } } : 'required'
  return { tools, tool_choice: mode === 'ANY' ? forced : mode === 'NONE' ? 'none' : 'auto' }
}

function formatOf({ generationConfig: config = {} }: NativeRequest): Pick<ChatRequest, 'response_format'> {
  const schema = config.responseJsonSchema ?? config.responseSchema
  if (config.responseMimeType !== 'application/json') return {}
  return {
    response_format: schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { schema: schemaOf(schema) } },
  }
}

/** Converts a schema to JSON Schema: types in lower case, and references resolved. */
function schemaOf(schema: unknown): JsonObject {
  // The cast is safe: plainSchema() returns an object for an object.
  return isObject(schema) ? (plainSchema(schema, schema) as JsonObject) : { type: 'object' }
}

/** Converts a value in a schema. @param open - references being resolved; a cycle becomes null */
function plainSchema(value: unknown, root: JsonObject, open: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((entry) => plainSchema(entry, root, open))
  if (!isObject(value)) return value
  const { $ref: reference } = value
  if (typeof reference === 'string')
    return open.includes(reference) ? { type: 'null' } : plainSchema(targetOf(reference, root), root, [...open, reference])
  const isTyped = typeof value.type === 'string'
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === 'type' && isTyped ? String(entry).toLowerCase() : plainSchema(entry, root, open),
    ]),
  )
}

/** Resolves a reference such as `#/$defs/Day` within its schema. */
function targetOf(reference: string, root: JsonObject): unknown {
  const names = reference.split('/').slice(1)
  return names.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), root)
}
