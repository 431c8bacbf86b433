import { apiError } from '../../../contract/errors.js'
import { toGeminiSchema } from '../schema/toGeminiSchema.js'
import { isRecord, mapped, only, type RawRequest, type RequestRepair, recordsOf, withMember, without } from './context.js'

type Tool = Readonly<Record<string, unknown>>

const TOOL_FIELDS = new Set(['type', 'function'])
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters'])

const TYPE_FIELD = new Set(['type'])
const NAME_FIELD = new Set(['name'])
const FORMAT_FIELDS = new Set(['name', 'description', 'strict', 'schema'])
const SCHEMA_FORMAT_FIELDS = new Set(['type', 'json_schema'])

const toolsOf = (request: RawRequest): readonly Tool[] => recordsOf(request.tools)

const legacyTools: RequestRepair = {
  name: 'legacy-tools',
  stage: 'request',
  reason: 'Google does not know `functions` and `function_call`, the parameters before tools.',
  apply: (request, { ignore }) => {
    const { functions, function_call: call } = request
    if (functions === undefined && call === undefined) return request
    const rest = without(request, 'functions', 'function_call')
    if (!Array.isArray(functions) || toolsOf(request).length > 0) {
      for (const name of ['functions', 'function_call']) if (request[name] !== undefined && request[name] !== null) ignore(name)
      return rest
    }
    return {
      ...rest,
      tools: functions.map((declared: unknown, index) =>
        withSchema({ type: 'function', function: declared }, `functions[${index}].parameters`, ignore),
      ),
      ...(call === undefined || call === null ? {} : { tool_choice: isRecord(call) ? { type: 'function', function: call } : call }),
    }
  },
}

const toolKinds: RequestRepair = {
  name: 'tool-kinds',
  stage: 'request',
  reason: 'Google takes functions only; another kind of tool would be a 400.',
  apply: (request, { ignore }) => {
    const tools = toolsOf(request)
    if (request.tools === undefined) return request
    const kept = tools.flatMap((tool, index) => {
      if (tool.type === 'custom')
        throw apiError(
          'unsupported_value',
          'Custom tools are not supported for this API. Declare a function with one string parameter instead.',
          { param: `tools[${index}].type` },
        )
      if (tool.type === 'function' && isRecord(tool.function))
        return [toFunctionTool(tool, tool.function, `tools[${index}].function`, ignore)]
      ignore(`tools[${index}]`)
      return []
    })
    if (kept.length === 0) return without(request, 'tools')
    return withMember(request, 'tools', kept.length === tools.length ? mapped(tools, (_, index) => kept[index] ?? {}) : kept)
  },
}

function toFunctionTool(tool: Tool, declared: Tool, path: string, ignore: (path: string) => void): Tool {
  // Other than the fields that nobody reads, this one is a promise about the arguments.
  if (declared.strict === true) ignore(`${path}.strict`)
  return withMember(only(tool, TOOL_FIELDS), 'function', only(declared, FUNCTION_FIELDS))
}

const toolChoice: RequestRepair = {
  name: 'tool-choice',
  stage: 'request',
  reason: 'Google refuses a choice without tools or of an undeclared one, and does not know `allowed_tools`.',
  apply: (request, { ignore }) => {
    const { tool_choice: choice } = request
    if (toolsOf(request).length === 0) {
      for (const name of ['tool_choice', 'parallel_tool_calls']) if (request[name] !== undefined && request[name] !== null) ignore(name)
      return without(request, 'tool_choice', 'parallel_tool_calls')
    }
    if (!isRecord(choice)) return request
    if (choice.type === 'allowed_tools') return withAllowed(request, isRecord(choice.allowed_tools) ? choice.allowed_tools : {})
    const name = nameOf(choice)
    if (typeof name !== 'string')
      throw apiError('unsupported_value', '`tool_choice` must name a function; other tool types are not supported.', {
        param: 'tool_choice.type',
      })
    checkDeclared(request, [name], 'tool_choice.function.name')
    return withMember(
      request,
      'tool_choice',
      withMember(only(choice, TOOL_FIELDS), 'function', only(isRecord(choice.function) ? choice.function : { name }, NAME_FIELD)),
    )
  },
}

function withAllowed(request: RawRequest, { mode, tools }: Tool): RawRequest {
  const names = Array.isArray(tools) ? tools.map((tool: unknown) => nameOf(tool)) : []
  checkDeclared(request, names, 'tool_choice.allowed_tools.tools')
  const allowed = new Set(names)
  return { ...request, tool_choice: mode ?? 'auto', tools: toolsOf(request).filter((tool) => allowed.has(nameOf(tool))) }
}

function checkDeclared(request: RawRequest, names: readonly unknown[], param: string): void {
  const declared = new Set(toolsOf(request).map(nameOf))
  const missing = names.find((name) => !declared.has(name))
  if (names.length > 0 && missing === undefined) return
  const words =
    names.length === 0 ? 'No tool is allowed. Use `none` instead.' : `There is no function '${String(missing).slice(0, 128)}' in \`tools\`.`
  throw apiError('invalid_value', words, { param })
}

/** The name of a function tool; OpenAI's Responses API writes it without `function`. */
function nameOf(tool: unknown): unknown {
  if (!isRecord(tool)) return undefined
  return isRecord(tool.function) ? tool.function.name : tool.type === 'function' ? tool.name : undefined
}

const toolSchemas: RequestRepair = {
  name: 'tool-schemas',
  stage: 'request',
  reason: "Gemini's schemas lack much of JSON Schema, such as `$ref`, `const`, type lists and most formats, and refuse it by a 400.",
  apply: (request, { ignore }) => {
    const tools = toolsOf(request)
    if (tools.length === 0) return request
    return withMember(
      request,
      'tools',
      mapped(tools, (tool, index) => withSchema(tool, `tools[${index}].function.parameters`, ignore)),
    )
  },
}

function withSchema(tool: Tool, path: string, ignore: (path: string) => void): Tool {
  const declared = tool.function
  if (!isRecord(declared) || !isRecord(declared.parameters)) return tool
  return withMember(tool, 'function', withMember(declared, 'parameters', toGeminiSchema(declared.parameters, path, ignore)))
}

const responseFormat: RequestRepair = {
  name: 'response-format',
  stage: 'request',
  reason: 'A JSON schema meets the same limits as a tool, and Gemini 2 refuses it beside tools.',
  apply: (request, { served, ignore }) => {
    const { response_format: format } = request
    if (!isRecord(format) || format.type === 'text') return without(request, 'response_format')
    if (toolsOf(request).length > 0 && /^gemini-[12]\b/.test(served)) {
      throw apiError(
        'unsupported_value',
        `${served} supports either tools or JSON output, not both. Use a Gemini 3 model, or remove one of them.`,
        { param: 'response_format' },
      )
    }
    const { json_schema: declared } = format
    if (!isRecord(declared) || !isRecord(declared.schema))
      return withMember(request, 'response_format', withMember(only(format, TYPE_FIELD), 'type', 'json_object'))
    const schema = toGeminiSchema(declared.schema, 'response_format.json_schema.schema', ignore)
    const known = withMember(only(declared, FORMAT_FIELDS), 'schema', schema)
    return withMember(request, 'response_format', withMember(only(format, SCHEMA_FORMAT_FIELDS), 'json_schema', known))
  },
}

/** Repairs of tools and answer formats, in the order in which they apply; those that name places come before a choice leaves tools out. */
export const TOOL_REPAIRS: readonly RequestRepair[] = [toolKinds, toolSchemas, toolChoice, responseFormat]
/** The one that has to come before unknown parameters go. */
export const LEGACY_TOOL_REPAIRS: readonly RequestRepair[] = [legacyTools]
