import { isRecord } from '../../contract/isRecord.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import type { JsonObject } from './readers.js'

/** A tool that Google executes, as the chat request declares it. */
export type GoogleTool = { readonly type: 'google_search' | 'code_execution' }

const SEARCH: GoogleTool = { type: 'google_search' }

/** Google's tools by the `type` of the OpenAI tools that they replace. */
const GOOGLE_TOOLS: ReadonlyMap<unknown, GoogleTool> = new Map<unknown, GoogleTool>([
  ['web_search', SEARCH],
  ['web_search_2025_08_26', SEARCH],
  ['web_search_preview', SEARCH],
  ['web_search_preview_2025_03_11', SEARCH],
  ['code_interpreter', { type: 'code_execution' }],
])

/** Returns Google's equivalent of an OpenAI tool type; undefined for other types. */
export const googleToolOf = (type: unknown): GoogleTool | undefined => GOOGLE_TOOLS.get(type)

/** Returns the names of an OpenAI tool's settings that Google's equivalent does not support. */
export const listIgnoredSettings = (tool: JsonObject): string[] =>
  Object.entries(tool).flatMap(([name, value]) => (name === 'type' || isDefaultBehaviour(name, value) ? [] : [name]))

/** True for a tool setting that is null or requests what Google's tools always do. */
function isDefaultBehaviour(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (name === 'external_web_access') return value === true
  return name === 'container' && isRecord(value) && value.type === 'auto' && Object.keys(value).length === 1
}

const GOOGLE_TYPES: ReadonlySet<unknown> = new Set<GoogleTool['type']>(['google_search', 'code_execution'])
const isGoogleTool = ({ type }: JsonObject): boolean => GOOGLE_TYPES.has(type)

/**
 * Removes the tools that Google executes from a chat that also declares functions: models before
 * Gemini 3 refuse the combination, and agents always declare a web search.
 *
 * @returns the paths of the removed tools in the chat; empty if the chat is unchanged
 */
export function preferFunctions(chat: ChatCompletionRequest): { readonly chat: ChatCompletionRequest; readonly removed: string[] } {
  const { tools, tool_choice: choice } = chat
  const functions = tools?.filter((tool) => !isGoogleTool(tool)) ?? []
  const chosen = typeof choice === 'object' ? choice : undefined
  const isMixed = functions.length > 0 && functions.length < (tools?.length ?? 0)
  // If `tool_choice` names a Google tool, a repair of the request removes the functions instead.
  if (!isMixed || (chosen && isGoogleTool(chosen))) return { chat, removed: [] }
  const removed = (tools ?? []).flatMap((tool, index) => (isGoogleTool(tool) ? [`tools[${index}]`] : []))
  if (chosen?.type !== 'allowed_tools') return { chat: { ...chat, tools: functions }, removed }
  const allowed = { ...chosen.allowed_tools, tools: chosen.allowed_tools.tools.filter((tool) => !isGoogleTool(tool)) }
  // If `tool_choice` allows only Google's tools, a repair removes the functions instead.
  if (allowed.tools.length === 0) return { chat, removed: [] }
  return { chat: { ...chat, tools: functions, tool_choice: { ...chosen, allowed_tools: allowed } }, removed }
}

/** Describes an item's executed code and logs as Markdown; undefined if it has neither. */
export function describeCode({ code, outputs }: JsonObject): string | undefined {
  const logs = (Array.isArray(outputs) ? outputs : []).flatMap((output: unknown) =>
    isRecord(output) && typeof output.logs === 'string' && output.logs !== '' ? [output.logs] : [],
  )
  const blocks = [
    ...(typeof code === 'string' && code !== '' ? [fence('python', code)] : []),
    ...(logs.length === 0 ? [] : [`Output:\n${fence('', logs.join(''))}`]),
  ]
  return blocks.length === 0 ? undefined : blocks.join('\n\n')
}

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}${text.endsWith('\n') ? '' : '\n'}\`\`\``
