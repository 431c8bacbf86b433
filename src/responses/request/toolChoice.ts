import { isRecord } from '../../contract/isRecord.js'
import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import { type JsonObject, optionalString, requireString } from './readers.js'
import { toChatName } from './toolNames.js'
import { TOOL_SEARCH } from './toolSearch.js'
import type { ChatTools } from './tools.js'

/** A tool choice of the chat API. */
export interface ToolChoiceResult {
  readonly choice: ChatCompletionRequest['tool_choice']
  /** True if the client chose a tool that is ignored. */
  readonly isIgnored: boolean
}

const NAMED_TYPES: ReadonlySet<unknown> = new Set(['function', 'custom'])
const IGNORED_CHOICE: ToolChoiceResult = { choice: undefined, isIgnored: true }

/** Converts a tool choice to that of the chat API. @throws 400 for a function without a name */
export function toChatToolChoice(choice: ResponseRequest['tool_choice'], { tools, declared }: ChatTools): ToolChoiceResult {
  if (choice === undefined || choice === null) return { choice: undefined, isIgnored: false }
  if (typeof choice === 'string') return { choice, isIgnored: false }
  if (choice.type === 'allowed_tools') return toAllowed(choice, declared)
  // One of OpenAI's built-in tools, which are ignored.
  if (!isDeclarable(choice, declared) || tools.length === 0) return IGNORED_CHOICE
  return { choice: toNamed(choice, 'tool_choice'), isIgnored: false }
}

const isDeclarable = ({ type }: JsonObject, declared: ChatTools['declared']): boolean =>
  NAMED_TYPES.has(type) || (type === 'tool_search' && declared.get(TOOL_SEARCH)?.kind === 'tool_search')

const toNamed = (tool: JsonObject, path: string): { type: 'function'; function: { name: string } } => ({
  type: 'function',
  function: {
    name: tool.type === 'tool_search' ? TOOL_SEARCH : toChatName(requireString(tool, 'name', path), optionalString(tool, 'namespace')),
  },
})

type ToolChoice = Exclude<NonNullable<ResponseRequest['tool_choice']>, string>

function toAllowed({ mode, tools }: ToolChoice, declared: ChatTools['declared']): ToolChoiceResult {
  const named = (tools ?? []).flatMap((tool, index) =>
    isRecord(tool) && isDeclarable(tool, declared) ? [toNamed(tool, `tool_choice.tools[${index}]`)] : [],
  )
  if (named.length === 0) return IGNORED_CHOICE
  return { choice: { type: 'allowed_tools', allowed_tools: { mode: mode ?? 'auto', tools: named } }, isIgnored: false }
}
