import { mapItems, omit, pickSetMembers, replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { ChatCompletionRequest, RequestTool } from '../../../contract/types.js'
import type { UpstreamApi } from '../../../contract/upstreamApi.js'
import { lookUp } from '../schema/node.js'
import { toGeminiSchema } from '../schema/toGeminiSchema.js'
import { toJsonSchema } from '../schema/toJsonSchema.js'
import type { Ignore, RequestContext, RequestRepair } from './context.js'
import { removeDuplicateTools } from './duplicateTools.js'
import { isServerTool, type ServerTool, toKnownServerTool } from './serverTools.js'

type AllowedTools = Extract<ChatCompletionRequest['tool_choice'], { type: 'allowed_tools' }>['allowed_tools']
type DeclaredFunction = Extract<RequestTool, { type: 'function' }>['function']

const TOOL_FIELDS = new Set(['type', 'function'])
const FUNCTION_FIELDS: Readonly<Record<UpstreamApi, ReadonlySet<string>>> = {
  compat: new Set(['name', 'description', 'parameters']),
  native: new Set(['name', 'description', 'parameters', 'strict']),
}
const NAME_FIELD = new Set(['name'])

const toolsOf = ({ tools }: ChatCompletionRequest): RequestTool[] => tools ?? []

/** Maps each tool of a request, given with its path such as `tools[0]`; removes an empty list. */
function mapTools(request: ChatCompletionRequest, map: (tool: RequestTool, path: string) => RequestTool): ChatCompletionRequest {
  const tools = mapItems(toolsOf(request), (tool, index) => map(tool, `tools[${index}]`))
  return replaceMember(request, 'tools', tools.length === 0 ? undefined : tools)
}

type OptionalParameter = 'functions' | 'function_call' | 'tool_choice' | 'parallel_tool_calls'

/** Removes parameters from a request, and reports each that has a value as ignored. */
function ignoreParameters(request: ChatCompletionRequest, ignore: Ignore, ...names: OptionalParameter[]): ChatCompletionRequest {
  for (const name of names) if (request[name] !== undefined && request[name] !== null) ignore(name)
  return omit(request, ...names)
}

/** Converts `functions` and `function_call` to `tools` and `tool_choice`. */
export const legacyToolsRepair: RequestRepair = {
  name: 'legacy-tools',
  reason: 'Google does not support `functions` and `function_call`, the older forms of `tools` and `tool_choice`.',
  apply: (request, context) => {
    const { functions, function_call: call } = request
    if (!functions || toolsOf(request).length > 0) return ignoreParameters(request, context.ignore, 'functions', 'function_call')
    const choice = call !== null && typeof call === 'object' ? { type: 'function' as const, function: call } : call
    const tools = functions.map((declared, index) => {
      const known = toKnownFunction(declared, `functions[${index}]`, context)
      return convertSchema({ type: 'function', function: known }, `functions[${index}].parameters`, context)
    })
    if (typeof choice === 'object' && choice !== null) checkDeclared({ ...request, tools }, [choice.function.name], 'function_call.name')
    return {
      ...omit(request, 'functions', 'function_call'),
      tools: removeDuplicateTools(tools, 'functions', context),
      ...(choice === undefined || choice === null ? {} : { tool_choice: choice }),
    }
  },
}

/** Refuses tools that the API does not have, and removes members that Google does not know. */
export const toolKindsRepair: RequestRepair = {
  name: 'tool-kinds',
  reason: "Google accepts functions, and its native API also Google's own tools; it answers 400 to other tools and unknown fields.",
  apply: (request, context) => mapTools(request, (tool, path) => toKnownTool(tool, path, context)),
}

function toKnownTool(tool: RequestTool, path: string, context: RequestContext): RequestTool {
  if (isServerTool(tool)) return toKnownServerTool(tool, path, context)
  if (tool.type !== 'function') {
    const message = 'Only the Responses API supports custom tools. Declare a function instead.'
    throw apiError('unsupported_value', message, { param: `${path}.type` })
  }
  return replaceMember(pickSetMembers(tool, TOOL_FIELDS), 'function', toKnownFunction(tool.function, `${path}.function`, context))
}

function toKnownFunction(declared: DeclaredFunction, path: string, { upstream, ignore }: RequestContext): DeclaredFunction {
  // `strict` is reported as ignored, unlike other unknown members: it promises valid arguments.
  if (declared.strict === true && upstream === 'compat') ignore(`${path}.strict`)
  return pickSetMembers(declared, FUNCTION_FIELDS[upstream])
}

/** Converts the JSON Schema of each function's parameters to one that Gemini accepts. */
export const toolSchemasRepair: RequestRepair = {
  name: 'tool-schemas',
  reason: "Gemini's schemas lack much of JSON Schema, such as `$ref`, `const`, type lists and most formats: Google answers 400 to them.",
  apply: (request, context) => mapTools(request, (tool, path) => convertSchema(tool, `${path}.function.parameters`, context)),
}

function convertSchema(tool: RequestTool, path: string, { upstream, ignore, schemaBudget }: RequestContext): RequestTool {
  if (tool.type !== 'function' || !tool.function.parameters) return tool
  const { parameters: declared } = tool.function
  const parameters =
    upstream === 'native'
      ? toJsonSchema(declared, path, ignore, { budget: schemaBudget, use: 'parameters' })
      : toGeminiSchema(declared, path, ignore, { budget: schemaBudget, use: 'parameters' })
  return replaceMember(tool, 'function', replaceMember(tool.function, 'parameters', parameters))
}

/** Checks `tool_choice` against `tools`. Removes other tools if Google has no such choice. */
export const toolChoiceRepair: RequestRepair = {
  name: 'tool-choice',
  reason:
    "Google refuses a `tool_choice` without tools, or one that names an undeclared tool, and supports neither `allowed_tools` nor a choice of Google's own tools.",
  apply: (request, { upstream, ignore }) => {
    const { tool_choice: choice } = request
    if (toolsOf(request).length === 0) return ignoreParameters(request, ignore, 'tool_choice', 'parallel_tool_calls')
    if (choice === undefined || choice === null) return request
    if (typeof choice === 'string') return applyChoiceToServerTools(request, ignore)
    if (choice.type === 'allowed_tools') {
      const narrowed = narrowTools(request, choice.allowed_tools)
      return applyChoiceToServerTools(upstream === 'native' ? withDeclarations(narrowed, request, choice.allowed_tools) : narrowed, ignore)
    }
    if (choice.type === 'custom') {
      const message = '`tool_choice` must name a function; other tool types are not supported.'
      throw apiError('unsupported_value', message, { param: 'tool_choice.type' })
    }
    if (choice.type !== 'function') {
      // Google's own tools cannot be chosen by name, so all other tools are removed instead.
      const tools = narrowTools(request, { mode: 'required', tools: [choice] }, 'tool_choice.type')
      return applyChoiceToServerTools(tools, ignore)
    }
    checkDeclared(request, [choice.function.name], 'tool_choice.function.name')
    const known = replaceMember(pickSetMembers(choice, TOOL_FIELDS), 'function', pickSetMembers(choice.function, NAME_FIELD))
    return replaceMember(request, 'tool_choice', known)
  },
}

/** Applies `none` and `required` to Google's own tools: Google applies them only to functions. */
function applyChoiceToServerTools(request: ChatCompletionRequest, ignore: Ignore): ChatCompletionRequest {
  const { tool_choice: choice } = request
  const tools = toolsOf(request)
  if (!tools.some(isServerTool)) return request
  const functions = tools.filter((tool) => !isServerTool(tool))
  if (choice === 'none') return replaceMember(request, 'tools', functions.length === 0 ? undefined : functions)
  if (functions.length > 0) return request
  if (choice === 'required') ignore('tool_choice')
  return omit(request, 'tool_choice')
}

function narrowTools(
  request: ChatCompletionRequest,
  { mode, tools }: AllowedTools,
  param = 'tool_choice.allowed_tools.tools',
): ChatCompletionRequest {
  const names = tools.map(nameOf)
  checkDeclared(request, names, param)
  const allowed = new Set(names)
  return { ...request, tool_choice: mode, tools: toolsOf(request).filter((tool) => allowed.has(nameOf(tool))) }
}

/**
 * Restores the declarations of all functions, which the history may have called, and lists the
 * allowed functions in `tool_choice`. Changes nothing if no function, or every tool, is allowed.
 */
function withDeclarations(narrowed: ChatCompletionRequest, request: ChatCompletionRequest, allowed: AllowedTools): ChatCompletionRequest {
  const kept = toolsOf(narrowed)
  const named = kept.flatMap((tool) => (tool.type === 'function' ? [{ type: 'function', function: { name: tool.function.name } }] : []))
  const tools = toolsOf(request).filter((tool) => !isServerTool(tool) || kept.includes(tool))
  if (named.length === 0 || tools.length === kept.length) return narrowed
  return { ...request, tools, tool_choice: { type: 'allowed_tools', allowed_tools: { ...allowed, tools: named } } }
}

function checkDeclared(request: ChatCompletionRequest, names: readonly unknown[], param: string): void {
  const declared = new Set(toolsOf(request).map(nameOf))
  const missing = names.find((name) => !declared.has(name))
  if (names.length > 0 && missing === undefined) return
  const list = param === 'function_call.name' ? 'functions' : 'tools'
  const message =
    names.length === 0
      ? 'The list of allowed tools is empty. To forbid tools, send `none` as `tool_choice`.'
      : `\`${list}\` has no ${typeof missing === 'symbol' ? 'tool of the type' : 'function named'} '${nameText(missing)}'.`
  throw apiError('invalid_value', message, { param })
}

const nameText = (name: unknown): string => String(typeof name === 'symbol' ? name.description : name).slice(0, 128)

/** Symbols that identify Google's own tools: a string could equal the name of a function. */
const SERVER_TOOL_NAMES: Readonly<Record<ServerTool['type'], symbol>> = {
  google_search: Symbol('google_search'),
  url_context: Symbol('url_context'),
  code_execution: Symbol('code_execution'),
}

/**
 * Returns the name of a function tool, also in the Responses API's form without `function`, or the
 * symbol of one of Google's tools.
 */
function nameOf(tool: Readonly<Record<string, unknown>>): unknown {
  if (isRecord(tool.function)) return tool.function.name
  if (tool.type === 'function') return tool.name
  return typeof tool.type === 'string' ? lookUp<symbol>(SERVER_TOOL_NAMES, tool.type) : undefined
}
