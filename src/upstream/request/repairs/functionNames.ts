import { createHash } from 'node:crypto'
import { mapItems, replace } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest, RequestMessage, RequestTool, ToolCall } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'
import { callsOf, toolNameOf } from './message.js'

// Google documents 64 characters for the Gemini API and 128 for Vertex AI.
const GEMINI_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/
const READABLE_LENGTH = 50

/** Returns the name of a function at Gemini: the client's own, or a valid and unique one for it. */
export function toGeminiName(name: string): string {
  if (GEMINI_NAME.test(name)) return name
  const readable = name.slice(0, READABLE_LENGTH).replace(/[^A-Za-z0-9_.:-]/g, '_')
  return `_${readable}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

/** Returns the client's names of all functions in a request, by their names at Gemini. */
export function toClientNames({ messages, tools, functions }: ChatCompletionRequest): ReadonlyMap<string, string> {
  if (!tools && !functions && !messages.some(({ role }) => role === 'assistant')) return NO_NAMES
  const declared = [...(functions ?? []), ...(tools ?? []).flatMap((tool) => (tool.type === 'function' ? [tool.function] : []))]
  const called = messages.flatMap((message) => [...callsOf(message).map(toolNameOf), ...legacyNamesOf(message)])
  // Declared names last: they are the ones that the model can call.
  const names = [...called, ...declared.map(({ name }) => name)]
  return new Map(names.map((name) => [toGeminiName(name), name]))
}

const legacyNamesOf = (message: RequestMessage): string[] =>
  message.role === 'assistant' && message.function_call ? [message.function_call.name] : []

/** Replaces the names of functions that Google refuses, wherever the request has them. */
export const functionNamesRepair: RequestRepair = {
  name: 'function-names',
  reason: "Google's function names begin with a letter or `_` and have at most 64 characters; OpenAI allows others, as in `12306-query`.",
  apply: (request) => {
    const { tools, tool_choice: choice, messages } = request
    const declared = replace(request, 'tools', tools ? mapItems(tools, renameTool) : tools)
    const called = replace(declared, 'messages', mapItems(messages, renameCalls))
    return choice && typeof choice === 'object' && choice.type === 'function'
      ? replace(called, 'tool_choice', renameFunction(choice))
      : called
  },
}

interface NamedFunction {
  readonly function: { readonly name: string }
}

const renameFunction = <T extends NamedFunction>(value: T): T =>
  replace(value, 'function', replace(value.function, 'name', toGeminiName(value.function.name)))

const renameTool = (tool: RequestTool): RequestTool => (tool.type === 'function' ? renameFunction(tool) : tool)

const renameCall = (call: ToolCall): ToolCall => (call.type === 'function' ? renameFunction(call) : call)

function renameCalls(message: RequestMessage): RequestMessage {
  const calls = callsOf(message)
  return message.role === 'assistant' && calls.length > 0 ? replace(message, 'tool_calls', mapItems(calls, renameCall)) : message
}

/** Gives each result of a tool call the name of the function that was called. */
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
