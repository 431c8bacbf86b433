import type { ChatCompletionRequest, RequestTool } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'
import type { GenerateContentRequest, ToolConfig } from '../types.js'

/** Encodes the tools of a request and the choice among them. */
export function toTools(chat: ChatCompletionRequest, _: RequestContext): Pick<GenerateContentRequest, 'tools' | 'toolConfig'> {
  const declarations = (chat.tools ?? []).flatMap(toDeclaration)
  if (declarations.length === 0) return {}
  const toolConfig = toToolConfig(chat)
  return { tools: [{ functionDeclarations: declarations }], ...(toolConfig === undefined ? {} : { toolConfig }) }
}

function toDeclaration(tool: RequestTool): object[] {
  if (tool.type !== 'function') return []
  const { name, description = '', parameters } = tool.function
  return [{ name, description: description ?? '', ...(parameters ? { parametersJsonSchema: parameters } : {}) }]
}

function toToolConfig({ tool_choice: choice, tools }: ChatCompletionRequest): ToolConfig | undefined {
  const mode = (name: string, allowed?: readonly string[]): ToolConfig => ({
    functionCallingConfig: { mode: name, ...(allowed === undefined ? {} : { allowedFunctionNames: allowed }) },
  })
  if (choice === 'none') return mode('NONE')
  if (choice === 'required') return mode('ANY')
  if (choice && typeof choice === 'object' && choice.type === 'function') return mode('ANY', [choice.function.name])
  // Only in this mode the arguments are sure to follow their schema.
  return tools?.some((tool) => tool.type === 'function' && tool.function.strict === true) ? mode('VALIDATED') : undefined
}
