import { isRecord } from '../../contract/isRecord.js'
import type { JsonObject } from './readers.js'

/** A tool of the chat that Google executes. */
export type GoogleTool =
  | { readonly type: 'google_search'; readonly google_search: Record<string, unknown> }
  | { readonly type: 'code_execution'; readonly code_execution: Record<string, unknown> }

const SEARCH: GoogleTool = { type: 'google_search', google_search: {} }

/** By the type of OpenAI's tool. */
const GOOGLE_TOOLS: ReadonlyMap<unknown, GoogleTool> = new Map<unknown, GoogleTool>([
  ['web_search', SEARCH],
  ['web_search_2025_08_26', SEARCH],
  ['web_search_preview', SEARCH],
  ['web_search_preview_2025_03_11', SEARCH],
  ['code_interpreter', { type: 'code_execution', code_execution: {} }],
])

/** Returns Google's tool in place of one of OpenAI's; undefined if it has none. */
export const googleToolOf = (type: unknown): GoogleTool | undefined => GOOGLE_TOOLS.get(type)

/** Returns the members of a declaration that are not part of Google's tool. */
export const withoutEffect = (tool: JsonObject): string[] =>
  Object.entries(tool).flatMap(([name, value]) => (name === 'type' || isAsUsual(name, value) ? [] : [name]))

/** True for a value that asks for what Google's tools do anyway. */
function isAsUsual(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (name === 'external_web_access') return value === true
  return name === 'container' && isRecord(value) && value.type === 'auto' && Object.keys(value).length === 1
}

/** Makes the text of code that was run, with its outputs; undefined if nothing is known of it. */
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
