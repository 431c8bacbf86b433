import type { ChatCompletionRequest, RequestTool } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import type { NamedFunction } from '../../request/repairs/functionNames.js'
import { isServerTool, type ServerTool, settingsOf } from '../../request/repairs/serverTools.js'
import type { Content, GenerateContentRequest, Part, ToolConfig } from '../wire/types.js'

/**
 * Encodes the tools and the tool choice of a request.
 *
 * @param contents - the encoded messages
 */
export function toTools(
  chat: ChatCompletionRequest,
  contents: readonly Content[],
  { ignore }: RequestContext,
): Pick<GenerateContentRequest, 'tools' | 'toolConfig'> {
  const declarations = (chat.tools ?? []).flatMap(toDeclaration)
  const serverTools = (chat.tools ?? []).filter(isServerTool)
  // Google has no equivalent of `parallel_tool_calls: false`, so it is reported as ignored.
  if (chat.parallel_tool_calls === false) ignore('parallel_tool_calls')
  const functions = declarations.length === 0 ? [] : [{ functionDeclarations: declarations }]
  const tools = [...functions, ...serverTools.map(toServerTool)]
  const isMixed = declarations.length > 0 && serverTools.length > 0
  const mode = declarations.length === 0 ? undefined : toCallingConfig(chat, isMixed)
  // Google requires `includeServerSideToolInvocations` for functions together with its own tools,
  // and if the contents have calls of its own tools.
  const isIncluded = isMixed || contents.some(({ parts }) => parts.some(isServerPart))
  if (tools.length === 0 && !isIncluded) return {}
  const toolConfig: ToolConfig = {
    ...(mode === undefined ? {} : { functionCallingConfig: mode }),
    ...(isIncluded ? { includeServerSideToolInvocations: true } : {}),
  }
  return {
    ...(tools.length === 0 ? {} : { tools }),
    ...(Object.keys(toolConfig).length === 0 ? {} : { toolConfig }),
  }
}

function toDeclaration(tool: RequestTool): object[] {
  if (tool.type !== 'function') return []
  const { name, description, parameters } = tool.function
  return [{ name, description: description ?? '', ...(parameters ? { parametersJsonSchema: parameters } : {}) }]
}

const SERVER_TOOL_FIELDS = {
  google_search: 'googleSearch',
  url_context: 'urlContext',
  code_execution: 'codeExecution',
} as const satisfies Record<ServerTool['type'], string>

const toServerTool = (tool: ServerTool): object => ({ [SERVER_TOOL_FIELDS[tool.type]]: settingsOf(tool) })

/** True for a call of one of Google's own tools, or for its result. */
export const isServerPart = ({ toolCall, toolResponse }: Part): boolean => Boolean(toolCall ?? toolResponse)

/**
 * Encodes `tool_choice`; undefined for Gemini's default, in which the model may call functions.
 *
 * @param isMixed - true if the request has both functions and Google's own tools
 */
function toCallingConfig(
  { tool_choice: choice, tools }: ChatCompletionRequest,
  isMixed: boolean,
): ToolConfig['functionCallingConfig'] | undefined {
  if (choice === 'none') return { mode: 'NONE' }
  if (choice === 'required') return { mode: 'ANY' }
  if (choice && typeof choice === 'object' && choice.type === 'function') {
    return { mode: 'ANY', allowedFunctionNames: [choice.function.name] }
  }
  if (choice && typeof choice === 'object' && choice.type === 'allowed_tools') {
    const { mode, tools: allowed } = choice.allowed_tools
    // The repairs leave only functions in this list. AUTO takes no list of names, VALIDATED does.
    const names = allowed.map((each) => (each as typeof each & NamedFunction).function.name)
    return { mode: mode === 'required' ? 'ANY' : 'VALIDATED', allowedFunctionNames: names }
  }
  const isStrict = tools?.some((tool) => tool.type === 'function' && tool.function.strict === true)
  // Only the mode VALIDATED guarantees arguments that match their schema, and allows functions with
  // Google's own tools.
  return isStrict || isMixed ? { mode: 'VALIDATED' } : undefined
}
