import { invalidArgument, refusal } from './errors.js'
import type { Model } from './models.js'
import { schemaViolations } from './schemaRules.js'
import { invalidValue, isObject, refuseAll, type Violation } from './strict.js'
import type { Settings } from './types.js'
import { type ChatRequest, generateError } from './wire.js'

const NAME = /^[A-Za-z_][\w.:-]{0,127}$/
const NAME_RULE =
  'Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.'
const CHOICES = ['auto', 'none', 'required']
const FORMATS = ['text', 'json_object', 'json_schema']

/**
 * Checks the tools, `tool_choice` and the response format.
 *
 * @throws Refusal 400
 */
export const checkTools = (request: ChatRequest, model: Model, settings: Settings): void => {
  const names = checkNames(request)
  checkChoice(request.tool_choice, names)
  const format = request.response_format?.type
  if (format !== undefined && !FORMATS.includes(format)) throw invalidArgument(`Invalid response_format.type: ${format}`)
  const isJson = format === 'json_object' || format === 'json_schema'
  if (isJson && names.length > 0 && ['1', '2', '2.5'].includes(model.generation)) throw refusal('tools-with-json')
  if (settings.strictSchemas) refuseAll(schemasOf(request))
}

function checkNames(request: ChatRequest): readonly string[] {
  const names: string[] = []
  for (const [index, tool] of (request.tools ?? []).entries()) {
    if (tool.type !== 'function') throw invalidArgument(`Unsupported tool type: ${tool.type ?? ''}`)
    const name = tool.function?.name ?? ''
    if (!NAME.test(name)) throw generateError(`tools[0].function_declarations[${index}].name`, NAME_RULE)
    if (names.includes(name)) throw invalidArgument(`Duplicate function declaration found: ${name}`)
    names.push(name)
  }
  return names
}

function checkChoice(choice: unknown, names: readonly string[]): void {
  if (choice === undefined || choice === null) return
  if (typeof choice === 'string') {
    if (!CHOICES.includes(choice)) throw invalidArgument(`Invalid tool_choice: ${choice}`)
    if (choice === 'required' && names.length === 0) throw invalidArgument('Function calling config is set without function_declarations.')
    return
  }
  const named = isObject(choice) && isObject(choice.function) ? choice.function.name : undefined
  if (typeof named !== 'string') refuseAll([invalidValue('tool_choice', 'TYPE_STRING', choice)])
  else if (!names.includes(named)) {
    throw generateError('tool_config.function_calling_config.allowed_function_names', `"${named}" is not in the function declarations.`)
  }
}

function schemasOf(request: ChatRequest): Violation[] {
  const found: Violation[] = []
  for (const [index, tool] of (request.tools ?? []).entries()) {
    const parameters = tool.function?.parameters
    if (parameters) schemaViolations(parameters, `tools[${index}].function.parameters`, found)
  }
  const schema = request.response_format?.json_schema?.schema
  if (schema !== undefined) schemaViolations(schema, 'response_format.json_schema.schema', found)
  return found
}
