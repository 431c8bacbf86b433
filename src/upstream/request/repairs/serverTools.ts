import { omit, pickSetMembers, replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import type { ChatCompletionRequest, RequestTool } from '../../../contract/types.js'
import type { RequestContext, RequestRepair } from './context.js'

/** A tool that Google executes itself, such as Google Search. */
export type ServerTool = Exclude<RequestTool, { type: 'function' | 'custom' }>

/** True for a tool that Google executes itself, such as Google Search. */
export const isServerTool = (tool: RequestTool): tool is ServerTool => tool.type !== 'function' && tool.type !== 'custom'

/** The settings of each of Google's own tools, in snake_case and camelCase: Google knows both. */
const SERVER_TOOL_SETTINGS: Readonly<Record<ServerTool['type'], ReadonlySet<string>>> = {
  google_search: new Set(['search_types', 'searchTypes', 'time_range_filter', 'timeRangeFilter']),
  url_context: new Set(),
  code_execution: new Set(),
}

/** Removes unknown fields from one of Google's own tools. @throws 400 on the compatible API */
export function toKnownServerTool(tool: ServerTool, path: string, { upstream, ignore }: RequestContext): RequestTool {
  const { type } = tool
  if (upstream === 'compat') {
    const message = `The tool '${type}' needs Gemini's native API: set GEMINI_UPSTREAM=native on the proxy, or remove the tool.`
    throw apiError('unsupported_value', message, { param: `${path}.type` })
  }
  const known = pickSetMembers<Readonly<Record<string, unknown>>>(tool, new Set(['type', type]), (name) => ignore(`${path}.${name}`))
  const settings = pickSetMembers(settingsOf(tool), SERVER_TOOL_SETTINGS[type], (name) => ignore(`${path}.${type}.${name}`))
  // The cast is safe: `type` remains, and all other members are optional.
  return replaceMember(known, type, Object.keys(settings).length === 0 ? undefined : settings) as RequestTool
}

/** Returns the settings of one of Google's own tools; {} if it has none. */
export function settingsOf(tool: ServerTool): Readonly<Record<string, unknown>> {
  const { [tool.type]: settings }: Readonly<Record<string, unknown>> = tool
  return typeof settings === 'object' && settings !== null ? { ...settings } : {}
}

/** True if a request lets Google use tools of its own. */
export const hasServerTools = ({
  tools,
  web_search_options: search,
}: Pick<ChatCompletionRequest, 'tools' | 'web_search_options'>): boolean =>
  (search !== undefined && search !== null) || (tools?.some(isServerTool) ?? false)

/** Converts `web_search_options` to a tool, and refuses tools that a model cannot combine. */
export const serverToolsRepair: RequestRepair = {
  name: 'server-tools',
  reason:
    'Gemini offers web search as a tool without options, not as a parameter. Models before Gemini 3 refuse built-in tools together with functions.',
  apply: (request, { traits, modelId, ignore }) => {
    const { web_search_options: search, tools, tool_choice: choice } = request
    if (!hasServerTools(request)) return request
    for (const [name, value] of Object.entries(search ?? {})) {
      if (value !== null && value !== undefined) ignore(`web_search_options.${name}`)
    }
    // `tool_choice: none` turns off the search, too.
    const isAdded = search !== undefined && choice !== 'none' && !tools?.some(({ type }) => type === 'google_search')
    const all: RequestTool[] = isAdded ? [...(tools ?? []), { type: 'google_search' }] : (tools ?? [])
    if (!traits.mixesBuiltInTools && all.some(isServerTool) && !all.every(isServerTool)) {
      const message = `${modelId} supports either functions or Google's own tools, not both. Use a Gemini 3 model, or remove one of them.`
      throw apiError('unsupported_value', message, { param: isAdded ? 'web_search_options' : 'tools' })
    }
    return replaceMember(omit(request, 'web_search_options'), 'tools', all.length === 0 ? undefined : all)
  },
}
