import { isRecord } from '../../contract/isRecord.js'
import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import { type GoogleTool, googleToolOf } from './googleTools.js'
import { type JsonObject, optionalString, requireString } from './readers.js'
import { toChatName } from './toolNames.js'
import { TOOL_SEARCH } from './toolSearch.js'
import type { ChatTools } from './tools.js'

/** A `tool_choice` converted to that of the chat request. */
export interface ToolChoiceResult {
  readonly choice: ChatCompletionRequest['tool_choice']
  /** True if the client chose a tool that is ignored. */
  readonly isIgnored: boolean
}

const NAMED_TYPES: ReadonlySet<unknown> = new Set(['function', 'custom'])
const IGNORED_CHOICE: ToolChoiceResult = { choice: undefined, isIgnored: true }

/** Converts a tool choice to the chat API's. @throws 400 for a function without a name */
export function toChatToolChoice(choice: ResponseRequest['tool_choice'], chatTools: ChatTools): ToolChoiceResult {
  if (choice === undefined || choice === null) return { choice: undefined, isIgnored: false }
  if (typeof choice === 'string') return { choice, isIgnored: false }
  if (choice.type === 'allowed_tools') return toAllowed(choice, chatTools)
  // OpenAI's built-in tools are ignored, and so is a `tool_choice` that names one.
  if (!isDeclarable(choice, chatTools) || chatTools.tools.length === 0) return IGNORED_CHOICE
  return { choice: toNamed(choice, 'tool_choice'), isIgnored: false }
}

function isDeclarable({ type }: JsonObject, { tools, declared }: ChatTools): boolean {
  if (type === 'tool_search') return declared.get(TOOL_SEARCH)?.kind === 'tool_search'
  const googleTool = googleToolOf(type)
  return NAMED_TYPES.has(type) || (googleTool !== undefined && tools.some((tool) => tool.type === googleTool.type))
}

type NamedTool = { type: 'function'; function: { name: string } } | { type: GoogleTool['type'] }

function toNamed(tool: JsonObject, path: string): NamedTool {
  const googleTool = googleToolOf(tool.type)
  if (googleTool !== undefined) return { ...googleTool }
  const name = tool.type === 'tool_search' ? TOOL_SEARCH : toChatName(requireString(tool, 'name', path), optionalString(tool, 'namespace'))
  return { type: 'function', function: { name } }
}

type ToolChoice = Exclude<NonNullable<ResponseRequest['tool_choice']>, string>

function toAllowed({ mode, tools }: ToolChoice, chatTools: ChatTools): ToolChoiceResult {
  const named = (tools ?? []).flatMap((tool, index) =>
    isRecord(tool) && isDeclarable(tool, chatTools) ? [toNamed(tool, `tool_choice.tools[${index}]`)] : [],
  )
  if (!tools) return IGNORED_CHOICE
  // No allowed tool is declared to Gemini: it must call none. An empty list is refused later (400).
  if (named.length === 0 && tools.length > 0) return chatTools.tools.length === 0 ? IGNORED_CHOICE : { choice: 'none', isIgnored: true }
  return { choice: { type: 'allowed_tools', allowed_tools: { mode: mode ?? 'auto', tools: named } }, isIgnored: false }
}
