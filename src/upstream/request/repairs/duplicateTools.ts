import { isDeepStrictEqual } from 'node:util'
import { keepSame, replace } from '../../../contract/copyOnWrite.js'
import type { RequestTool } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import type { RequestContext, RequestRepair } from './context.js'
import { toGeminiName } from './functionNames.js'

/** Of several declarations of one function, or of one of Google's tools, keeps only the last. */
export const duplicateToolsRepair: RequestRepair = {
  name: 'duplicate-tools',
  reason: 'Google refuses a function that is declared twice, as agents with several sources of tools do.',
  apply: (request, context) => {
    const { tools } = request
    return tools ? replace(request, 'tools', withoutDuplicates(tools, 'tools', context)) : request
  },
}

/**
 * Removes all but the last declaration of each tool, which takes the position of the first. Removed
 * declarations that differ from it are reported by their path, such as `tools[0]`.
 */
export function withoutDuplicates(tools: RequestTool[], path: string, { upstream, ignore }: RequestContext): RequestTool[] {
  const keyOf = (tool: RequestTool): unknown => toToolKey(tool, upstream)
  const last = new Map(tools.map((tool) => [keyOf(tool), tool]))
  if (last.size === tools.length) return tools
  for (const [index, tool] of tools.entries()) if (!isDeepStrictEqual(tool, last.get(keyOf(tool)))) ignore(`${path}[${index}]`)
  // A Map keeps the position of the first declaration.
  return keepSame(tools, [...last.values()])
}

/**
 * Returns the key that duplicates share: a function's name at Gemini, or the type of a tool of
 * Google. A custom tool is its own key.
 */
function toToolKey(tool: RequestTool, upstream: UpstreamApi): unknown {
  if (tool.type === 'function') return `function ${toGeminiName(tool.function.name, upstream)}`
  return tool.type === 'custom' ? tool : tool.type
}
