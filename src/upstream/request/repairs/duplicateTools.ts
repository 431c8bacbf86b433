import { isDeepStrictEqual } from 'node:util'
import { replaceMember, reuseIfEqual } from '../../../contract/copyOnWrite.js'
import type { RequestTool } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import type { RequestContext, RequestRepair } from './context.js'
import { toGeminiName } from './functionNames.js'

/** Keeps only the last declaration of each function, and of each of Google's own tools. */
export const duplicateToolsRepair: RequestRepair = {
  name: 'duplicate-tools',
  reason: 'Google refuses a function that is declared twice, as agents with several sources of tools do.',
  apply: (request, context) => {
    const { tools } = request
    return tools ? replaceMember(request, 'tools', removeDuplicateTools(tools, 'tools', context)) : request
  },
}

/**
 * Keeps the last declaration of each tool, at the position of its first one. Reports the path of
 * each removed declaration that differs from it, such as `tools[0]`.
 */
export function removeDuplicateTools(tools: RequestTool[], path: string, { upstream, ignore }: RequestContext): RequestTool[] {
  const keyOf = (tool: RequestTool): unknown => toToolKey(tool, upstream)
  const last = new Map(tools.map((tool) => [keyOf(tool), tool]))
  if (last.size === tools.length) return tools
  for (const [index, tool] of tools.entries()) if (!isDeepStrictEqual(tool, last.get(keyOf(tool)))) ignore(`${path}[${index}]`)
  // A Map keeps a key at the position of its first insertion.
  return reuseIfEqual(tools, [...last.values()])
}

/**
 * Returns a key that is equal for duplicates: the function name that Gemini gets, or the type of
 * one of Google's own tools. A custom tool is its own key, so that it has no duplicates.
 */
function toToolKey(tool: RequestTool, upstream: UpstreamApi): unknown {
  if (tool.type === 'function') return `function ${toGeminiName(tool.function.name, upstream)}`
  return tool.type === 'custom' ? tool : tool.type
}
