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
  /** Names of the tools that Google executes, by the client's names. */
  readonly searches: ReadonlySet<string>
  /** Names of the tools that are left out. */
  readonly omitted: ReadonlySet<string>
}

/** What {@link convertTools} needs besides the tools. */
export interface ToolContext {
  /** True if there may be tools that Google executes: only its native API has them. */
  readonly hasGoogleTools: boolean
  /** Receives the path of each tool that is accepted and has no effect. */
  readonly ignore: (path: string) => void
}

/**
 * Converts the tools of a request. Those without an `input_schema` have one that only models of
 * Anthropic know, so that Gemini cannot call them; a web search is replaced by Google's.
 */
export function convertTools(tools: MessageCountRequest['tools'], { hasGoogleTools, ignore }: ToolContext): ConvertedTools {
  const declared = (tools ?? []).map((tool, index) => ({ tool, path: `tools[${index}]` }))
  const functions = declared.filter(({ tool }) => isRecord(tool.input_schema))
  const others = declared.filter(({ tool }) => !isRecord(tool.input_schema))
  // One search of Google's is all that a chat can have.
  const searches = hasGoogleTools ? others.filter(({ tool }) => isSearch(tool)).slice(0, 1) : []
  for (const each of others) {
    if (!searches.includes(each)) ignore(each.path)
    else for (const name of listSettings(each.tool)) ignore(`${each.path}.${name}`)
  }
  return {
    // Last, so that removing it does not change the index of the others.
    tools: [...functions.map(({ tool, path }) => toFunctionTool(tool, path)), ...searches.map(() => ({ type: 'google_search' as const }))],
    paths: [...functions, ...searches].map(({ path }) => path),
    searches: collectNames(searches),
    omitted: collectNames(others.filter((each) => !searches.includes(each))),
  }
}

const collectNames = (tools: readonly { readonly tool: MessageTool }[]): Set<string> =>
  new Set(tools.flatMap(({ tool }) => tool.name ?? []))

const isSearch = ({ type }: MessageTool): boolean => typeof type === 'string' && type.startsWith('web_search_')

/** Returns what a declaration of a search demands of it: Google's takes no settings. */
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

const MODES = { auto: 'auto', any: 'required', none: 'none' } as const

/**
 * Converts a tool choice. @throws 400 without a name
 *
 * @returns undefined where the chosen tool, or every tool, is left out
 */
export function convertToolChoice(
  choice: NonNullable<MessageCountRequest['tool_choice']>,
  { tools, searches, omitted }: ConvertedTools,
): ChatCompletionRequest['tool_choice'] {
  if (tools.length === 0) return undefined
  if (choice.type !== 'tool') return MODES[choice.type]
  const name = requireString(choice, 'name', 'tool_choice')
  if (omitted.has(name)) return undefined
  return searches.has(name) ? { type: 'google_search' } : { type: 'function', function: { name } }
}
