import { createHash } from 'node:crypto'
import { mapItems, replaceMember } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, RequestMessage } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import type { RequestRepair } from './context.js'
import { callsOf, toolNameOf } from './message.js'

// Google documents at most 64 characters for the Gemini API, 128 for Vertex AI. `native` excludes
// `.` and `:`: the native API takes them in a declaration, but not in a call in the history.
const VALID_FUNCTION_NAMES: Readonly<Record<UpstreamApi, RegExp>> = {
  compat: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/,
  native: /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/,
}
const INVALID_NAME_CHARACTERS: Readonly<Record<UpstreamApi, RegExp>> = { compat: /[^A-Za-z0-9_.:-]/g, native: /[^A-Za-z0-9_-]/g }
const READABLE_LENGTH = 50

/** Returns the name that Gemini gets for a function: the client's, or a valid one with a hash. */
export function toGeminiName(name: string, upstream: UpstreamApi): string {
  if (VALID_FUNCTION_NAMES[upstream].test(name)) return name
  const readable = name.slice(0, READABLE_LENGTH).replace(INVALID_NAME_CHARACTERS[upstream], '_')
  return `_${readable}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

/** Returns a map from the function names that Gemini gets to the names that the client sent. */
export function toClientNames({ messages, tools, functions }: ChatCompletionRequest, upstream: UpstreamApi): ReadonlyMap<string, string> {
  if (!tools && !functions && !messages.some(({ role }) => role === 'assistant')) return NO_NAMES
  const declared = [...(functions ?? []), ...(tools ?? []).flatMap((tool) => (tool.type === 'function' ? [tool.function] : []))]
  const called = messages.flatMap((message) => [...callsOf(message).map(toolNameOf), ...legacyNamesOf(message)])
  // Declared names come last, to replace names in the history that have the same Gemini name.
  const names = [...called, ...declared.map(({ name }) => name)]
  return new Map(names.map((name) => [toGeminiName(name, upstream), name]))
}

const legacyNamesOf = (message: RequestMessage): string[] =>
  message.role === 'assistant' && message.function_call ? [message.function_call.name] : []

/** Replaces function names that Google refuses, in tools, tool calls and `tool_choice`. */
export const functionNamesRepair: RequestRepair = {
  name: 'function-names',
  reason:
    "Google's function names begin with a letter or `_`, have at most 64 characters, and in calls of the native API no `.` or `:`; others are allowed at OpenAI.",
  apply: (request, { upstream }) => {
    const { tools, tool_choice: choice, messages } = request
    const rename: Rename = (value) =>
      replaceMember(value, 'function', replaceMember(value.function, 'name', toGeminiName(value.function.name, upstream)))
    const declared = replaceMember(request, 'tools', tools && mapItems(tools, (tool) => (tool.type === 'function' ? rename(tool) : tool)))
    const renamed = mapItems(messages, (message) => renameCalls(message, rename))
    const called = replaceMember(declared, 'messages', renamed)
    return replaceMember(called, 'tool_choice', renameChoice(choice, rename))
  },
}

/** A tool, a tool call or a `tool_choice` that names a function. */
export interface NamedFunction {
  readonly function: { readonly name: string }
}

type Rename = <T extends NamedFunction>(value: T) => T
type WantedTool = ChatCompletionRequest['tool_choice']

function renameChoice(choice: WantedTool, rename: Rename): WantedTool {
  if (!choice || typeof choice === 'string') return choice
  if (choice.type === 'function') return rename(choice)
  if (choice.type !== 'allowed_tools') return choice
  const { allowed_tools: allowed } = choice
  const tools = mapItems(allowed.tools, (tool) => rename(tool as typeof tool & NamedFunction))
  return replaceMember(choice, 'allowed_tools', replaceMember(allowed, 'tools', tools))
}

function renameCalls(message: RequestMessage, rename: Rename): RequestMessage {
  const calls = callsOf(message)
  if (message.role !== 'assistant' || calls.length === 0) return message
  const renamed = mapItems(calls, (call) => (call.type === 'function' ? rename(call) : call))
  return replaceMember(message, 'tool_calls', renamed)
}

/** Sets the `name` of each tool result to the name of the called function. */
export const resultNamesRepair: RequestRepair = {
  name: 'result-names',
  reason: "The name of a result is Gemini's `functionResponse.name`; clients omit it, leave it empty or send another one.",
  apply: (request) => {
    let names: string[] = []
    const messages = mapItems(request.messages, (message) => {
      if (message.role !== 'tool') names = callsOf(message).map(toolNameOf).reverse()
      const name = message.role === 'tool' ? names.pop() : undefined
      return message.role !== 'tool' || name === undefined ? message : replaceMember(message, 'name', name)
    })
    return replaceMember(request, 'messages', messages)
  },
}
