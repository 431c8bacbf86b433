import { createHash } from 'node:crypto'
import { mapItems, replace } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, RequestMessage } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import type { RequestRepair } from './context.js'
import { callsOf, toolNameOf } from './message.js'

// Google documents 64 characters for the Gemini API and 128 for Vertex AI. On the native API a
// declaration may have `.` and `:` in its name, but a call of it in the history may not.
const GEMINI_NAMES: Readonly<Record<UpstreamApi, RegExp>> = {
  compat: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/,
  native: /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/,
}
const FOREIGN_CHARACTERS: Readonly<Record<UpstreamApi, RegExp>> = { compat: /[^A-Za-z0-9_.:-]/g, native: /[^A-Za-z0-9_-]/g }
const READABLE_LENGTH = 50

/** Returns a function's name at Gemini: the client's own, or a valid and unique one for it. */
export function toGeminiName(name: string, upstream: UpstreamApi): string {
  if (GEMINI_NAMES[upstream].test(name)) return name
  const readable = name.slice(0, READABLE_LENGTH).replace(FOREIGN_CHARACTERS[upstream], '_')
  return `_${readable}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

/** Returns the client's names of all functions in a request, by their names at Gemini. */
export function toClientNames({ messages, tools, functions }: ChatCompletionRequest, upstream: UpstreamApi): ReadonlyMap<string, string> {
  if (!tools && !functions && !messages.some(({ role }) => role === 'assistant')) return NO_NAMES
  const declared = [...(functions ?? []), ...(tools ?? []).flatMap((tool) => (tool.type === 'function' ? [tool.function] : []))]
  const called = messages.flatMap((message) => [...callsOf(message).map(toolNameOf), ...legacyNamesOf(message)])
  // Declared names come last and win: they are the ones that the model can call.
  const names = [...called, ...declared.map(({ name }) => name)]
  return new Map(names.map((name) => [toGeminiName(name, upstream), name]))
}

const legacyNamesOf = (message: RequestMessage): string[] =>
  message.role === 'assistant' && message.function_call ? [message.function_call.name] : []

/** Replaces names of functions that Google refuses, in tools, tool calls and `tool_choice`. */
export const functionNamesRepair: RequestRepair = {
  name: 'function-names',
  reason:
    "Google's function names begin with a letter or `_`, have at most 64 characters, and in calls of the native API no `.` or `:`; others are allowed at OpenAI.",
  apply: (request, { upstream }) => {
    const { tools, tool_choice: choice, messages } = request
    const rename: Rename = (value) =>
      replace(value, 'function', replace(value.function, 'name', toGeminiName(value.function.name, upstream)))
    const declared = replace(request, 'tools', tools && mapItems(tools, (tool) => (tool.type === 'function' ? rename(tool) : tool)))
    const renamed = mapItems(messages, (message) => renameCalls(message, rename))
    const called = replace(declared, 'messages', renamed)
    return replace(called, 'tool_choice', renameChoice(choice, rename))
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
  return replace(choice, 'allowed_tools', replace(allowed, 'tools', tools))
}

function renameCalls(message: RequestMessage, rename: Rename): RequestMessage {
  const calls = callsOf(message)
  if (message.role !== 'assistant' || calls.length === 0) return message
  const renamed = mapItems(calls, (call) => (call.type === 'function' ? rename(call) : call))
  return replace(message, 'tool_calls', renamed)
}

/** Gives the result of each tool call the name of the function that was called. */
export const resultNamesRepair: RequestRepair = {
  name: 'result-names',
  reason: "The name of a result is Gemini's `functionResponse.name`; clients omit it, leave it empty or send another one.",
  apply: (request) => {
    let names: string[] = []
    const messages = mapItems(request.messages, (message) => {
      if (message.role !== 'tool') names = callsOf(message).map(toolNameOf).reverse()
      const name = message.role === 'tool' ? names.pop() : undefined
      return message.role !== 'tool' || name === undefined ? message : replace(message, 'name', name)
    })
    return replace(request, 'messages', messages)
  },
}
