import { isRecord } from '../../contract/isRecord.js'
import type { ChatCompletionRequest, MessageCountRequest } from '../../contract/types.js'
import { optionalString, requireString } from '../../responses/request/readers.js'

type OfferedTool = NonNullable<ChatCompletionRequest['tools']>[number]
type MessageTool = NonNullable<MessageCountRequest['tools']>[number]

/** The tools of a request, converted to those of the chat API. */
export interface ConvertedTools {
  readonly tools: readonly OfferedTool[]
  /** Path of each tool in the client's request, such as `tools[2]`. */
  readonly paths: readonly string[]
  /** Names, in the client's request, of the tools that Google executes. */
  readonly searchNames: ReadonlySet<string>
  /** Names of tools that are not sent to Gemini. */
  readonly omittedNames: ReadonlySet<string>
}

/** Dependencies of {@link convertTools}. */
export interface ToolContext {
  /** True if Google-executed tools are available: the native API only. */
  readonly hasGoogleTools: boolean
  /** Called with the path of each tool that is accepted and has no effect. */
  readonly ignore: (path: string) => void
}

/**
 * Converts the tools of a request. Tools without `input_schema` are built into Claude models, so
 * they are ignored, except that a web search becomes Google's.
 */
export function convertTools(tools: MessageCountRequest['tools'], { hasGoogleTools, ignore }: ToolContext): ConvertedTools {
  const declared = (tools ?? []).map((tool, index) => ({ tool, path: `tools[${index}]` }))
  const functions = declared.filter(({ tool }) => isRecord(tool.input_schema))
  const others = declared.filter(({ tool }) => !isRecord(tool.input_schema))
  // Only the first one: a chat request can have only one `google_search` tool.
  const searches = hasGoogleTools ? others.filter(({ tool }) => isSearch(tool)).slice(0, 1) : []
  for (const each of others) {
    if (!searches.includes(each)) ignore(each.path)
    else for (const name of listSettings(each.tool)) ignore(`${each.path}.${name}`)
  }
  return {
    // Searches go last: removing them must not change the index of other tools.
    tools: [...functions.map(({ tool, path }) => toFunctionTool(tool, path)), ...searches.map(() => ({ type: 'google_search' as const }))],
    paths: [...functions, ...searches].map(({ path }) => path),
    searchNames: collectNames(searches),
    omittedNames: collectNames(others.filter((each) => !searches.includes(each))),
  }
}

const collectNames = (tools: readonly { readonly tool: MessageTool }[]): Set<string> =>
  new Set(tools.flatMap(({ tool }) => tool.name ?? []))

const isSearch = ({ type }: MessageTool): boolean => typeof type === 'string' && type.startsWith('web_search_')

/** Returns the names of a search tool's settings. Google's search supports none of them. */
const listSettings = (tool: MessageTool): string[] =>
  Object.entries(tool).flatMap(([name, value]) => (value === null || SEARCH_MEMBERS.has(name) ? [] : [name]))

const SEARCH_MEMBERS: ReadonlySet<string> = new Set(['type', 'name', 'cache_control'])

function toFunctionTool(tool: MessageTool, path: string): OfferedTool {
  const description = optionalString(tool, 'description')
  return {
    type: 'function',
    function: {
      name: requireString(tool, 'name', path),
      ...(description === undefined ? {} : { description }),
      parameters: tool.input_schema ?? {},
      ...(tool.strict === true ? { strict: true } : {}),
    },
  }
}

const TOOL_CHOICE_MODES = { auto: 'auto', any: 'required', none: 'none' } as const

/**
 * Converts a tool choice to the chat API's. @throws 400 if the type is `tool` without a name
 *
 * @returns undefined if the chosen tool, or every tool, is not sent to Gemini
 */
export function convertToolChoice(
  choice: NonNullable<MessageCountRequest['tool_choice']>,
  { tools, searchNames, omittedNames }: ConvertedTools,
): ChatCompletionRequest['tool_choice'] {
  if (tools.length === 0) return undefined
  if (choice.type !== 'tool') return TOOL_CHOICE_MODES[choice.type]
  const name = requireString(choice, 'name', 'tool_choice')
  if (omittedNames.has(name)) return undefined
  return searchNames.has(name) ? { type: 'google_search' } : { type: 'function', function: { name } }
}
