import { mapItems, omit, replace, select } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { ChatCompletionRequest, RequestTool } from '../../../contract/types.js'
import { toGeminiSchema } from '../schema/toGeminiSchema.js'
import type { RequestContext, RequestRepair } from './context.js'
import { withoutDuplicates } from './duplicateTools.js'

type AllowedTools = Extract<ChatCompletionRequest['tool_choice'], { type: 'allowed_tools' }>['allowed_tools']
type Ignore = RequestContext['ignore']

const TOOL_FIELDS = new Set(['type', 'function'])
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters'])
const NAME_FIELD = new Set(['name'])

const toolsOf = ({ tools }: ChatCompletionRequest): RequestTool[] => tools ?? []

/** Maps each tool, with its path in the request; removes an empty list. */
function mapTools(request: ChatCompletionRequest, map: (tool: RequestTool, path: string) => RequestTool): ChatCompletionRequest {
  const tools = mapItems(toolsOf(request), (tool, index) => map(tool, `tools[${index}]`))
  return replace(request, 'tools', tools.length === 0 ? undefined : tools)
}

type OptionalParameter = 'functions' | 'function_call' | 'tool_choice' | 'parallel_tool_calls'

/** Removes parameters, and reports those that have a value. */
function ignoreParameters(request: ChatCompletionRequest, ignore: Ignore, ...names: OptionalParameter[]): ChatCompletionRequest {
  for (const name of names) if (request[name] !== undefined && request[name] !== null) ignore(name)
  return omit(request, ...names)
}

/** Converts `functions` and `function_call` to `tools` and `tool_choice`. */
export const legacyToolsRepair: RequestRepair = {
  name: 'legacy-tools',
  reason: 'Google does not know `functions` and `function_call`, the older forms of `tools` and `tool_choice`.',
  apply: (request, context) => {
    const { functions, function_call: call } = request
    if (!functions || toolsOf(request).length > 0) return ignoreParameters(request, context.ignore, 'functions', 'function_call')
    const choice = call !== null && typeof call === 'object' ? { type: 'function' as const, function: call } : call
    const tools = functions.map((declared, index) =>
      convertSchema({ type: 'function', function: declared }, `functions[${index}].parameters`, context),
    )
    return {
      ...omit(request, 'functions', 'function_call'),
      tools: withoutDuplicates(tools, 'functions', context.ignore),
      ...(choice === undefined || choice === null ? {} : { tool_choice: choice }),
    }
  },
}

/** Refuses custom tools, and removes the members of function tools that Google does not know. */
export const toolKindsRepair: RequestRepair = {
  name: 'tool-kinds',
  reason: 'Google takes functions only, and answers 400 to another kind of tool and to an unknown member.',
  apply: (request, { ignore }) => mapTools(request, (tool, path) => toKnownTool(tool, path, ignore)),
}

function toKnownTool(tool: RequestTool, path: string, ignore: Ignore): RequestTool {
  if (tool.type !== 'function') {
    const message = 'Only the Responses API supports custom tools. Declare a function instead.'
    throw apiError('unsupported_value', message, { param: `${path}.type` })
  }
  const { function: declared } = tool
  // Unlike other unknown members, this one is a promise about the arguments.
  if (declared.strict === true) ignore(`${path}.function.strict`)
  return replace(select(tool, TOOL_FIELDS), 'function', select(declared, FUNCTION_FIELDS))
}

/** Converts the parameters of each function to Gemini's schemas. */
export const toolSchemasRepair: RequestRepair = {
  name: 'tool-schemas',
  reason: "Gemini's schemas lack much of JSON Schema, such as `$ref`, `const`, type lists and most formats, and refuse it by a 400.",
  apply: (request, context) => mapTools(request, (tool, path) => convertSchema(tool, `${path}.function.parameters`, context)),
}

function convertSchema(tool: RequestTool, path: string, { ignore, schemaBudget }: RequestContext): RequestTool {
  if (tool.type !== 'function' || !tool.function.parameters) return tool
  const parameters = toGeminiSchema(tool.function.parameters, path, ignore, schemaBudget)
  return replace(tool, 'function', replace(tool.function, 'parameters', parameters))
}

/** Checks the choice against the declared tools; `allowed_tools` narrows `tools` itself. */
export const toolChoiceRepair: RequestRepair = {
  name: 'tool-choice',
  reason: 'Google refuses a choice without tools or of an undeclared one, and does not know `allowed_tools`.',
  apply: (request, { ignore }) => {
    const { tool_choice: choice } = request
    if (toolsOf(request).length === 0) return ignoreParameters(request, ignore, 'tool_choice', 'parallel_tool_calls')
    if (choice === undefined || choice === null || typeof choice === 'string') return request
    if (choice.type === 'allowed_tools') return narrowTools(request, choice.allowed_tools)
    if (choice.type === 'custom') {
      const message = '`tool_choice` must name a function; other tool types are not supported.'
      throw apiError('unsupported_value', message, { param: 'tool_choice.type' })
    }
    checkDeclared(request, [choice.function.name], 'tool_choice.function.name')
    const known = replace(select(choice, TOOL_FIELDS), 'function', select(choice.function, NAME_FIELD))
    return replace(request, 'tool_choice', known)
  },
}

function narrowTools(request: ChatCompletionRequest, { mode, tools }: AllowedTools): ChatCompletionRequest {
  const names = tools.map(nameOf)
  checkDeclared(request, names, 'tool_choice.allowed_tools.tools')
  const allowed = new Set(names)
  return { ...request, tool_choice: mode, tools: toolsOf(request).filter((tool) => allowed.has(nameOf(tool))) }
}

function checkDeclared(request: ChatCompletionRequest, names: readonly unknown[], param: string): void {
  const declared = new Set(toolsOf(request).map(nameOf))
  const missing = names.find((name) => !declared.has(name))
  if (names.length > 0 && missing === undefined) return
  const message =
    names.length === 0
      ? 'The list of allowed tools is empty. To forbid tools, send `none` as `tool_choice`.'
      : `\`tools\` has no function named '${String(missing).slice(0, 128)}'.`
  throw apiError('invalid_value', message, { param })
}

/** Returns the name of a function tool, also in the Responses API's form without `function`. */
function nameOf(tool: Readonly<Record<string, unknown>>): unknown {
  if (isRecord(tool.function)) return tool.function.name
  return tool.type === 'function' ? tool.name : undefined
}
