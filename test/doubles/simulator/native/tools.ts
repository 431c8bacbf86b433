import { invalidArgument, refusal } from '../errors.js'
import type { Model } from '../models.js'
import { generateError } from '../wire.js'
import { BUILT_IN_TOOLS } from './toolFields.js'
import { declarationsOf, hasTool, type NativeRequest } from './wire.js'

const NAME = /^[A-Za-z_][\w.:-]{0,127}$/
const NAME_RULE =
  'Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.'
const NEEDS_FLAG = 'Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with Function calling.'
const WITH_CACHE =
  'CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.\n\nProposed fix: move those values to CachedContent from GenerateContent request.'

/**
 * Checks tools, their configuration, safety settings and the cache of a request.
 *
 * @throws Refusal 400, or 403 for a cache that does not exist
 */
export const checkNativeTools = (request: NativeRequest, model: Model): void => {
  checkDeclarations(request)
  checkMixture(request, model)
  checkCalling(request)
  checkSafety(request)
  checkCache(request, model)
}

function checkDeclarations(request: NativeRequest): void {
  const names = new Set<string>()
  for (const [index, tool] of (request.tools ?? []).entries()) {
    for (const [at, declared] of (tool.functionDeclarations ?? []).entries()) {
      const { name = '' } = declared
      if (!NAME.test(name)) throw generateError(`tools[${index}].function_declarations[${at}].name`, NAME_RULE)
      if (names.has(name)) throw invalidArgument(`Duplicate function declaration found: ${name}`)
      names.add(name)
      const isDouble =
        (declared.parameters !== undefined && declared.parametersJsonSchema !== undefined) ||
        (declared.response !== undefined && declared.responseJsonSchema !== undefined)
      if (isDouble) throw invalidArgument(`Only one of the two schemas can be set for function declaration ${name}.`)
    }
  }
  if (names.size > 512) throw invalidArgument('At most 512 function declarations can be specified.')
}

function checkMixture(request: NativeRequest, model: Model): void {
  const hasFunctions = declarationsOf(request).length > 0
  const hasBuiltIn = BUILT_IN_TOOLS.some((name) => hasTool(request, name))
  const isThree = model.generation === '3'
  const type = request.generationConfig?.responseMimeType ?? 'text/plain'
  if (!isThree && type !== 'text/plain') {
    if (hasFunctions) throw refusal('tools-with-json', `Function calling with a response mime type: '${type}' is unsupported`)
    if (hasBuiltIn) throw refusal('tools-with-json', `Tool use with a response mime type: '${type}' is unsupported`)
  }
  if (!hasFunctions || !hasBuiltIn) return
  if (!isThree) throw invalidArgument('Built-in tools and Function Calling cannot be combined in the same request.')
  if (request.toolConfig?.includeServerSideToolInvocations !== true) throw invalidArgument(NEEDS_FLAG)
}

function checkCalling(request: NativeRequest): void {
  const { mode = 'AUTO', allowedFunctionNames: allowed = [] } = request.toolConfig?.functionCallingConfig ?? {}
  const names = declarationsOf(request).map(({ name }) => name)
  // Mode ANY needs no functions beside a built-in tool: recorded for an image model with search.
  const hasOther = BUILT_IN_TOOLS.some((name) => hasTool(request, name))
  if (mode === 'ANY' && names.length === 0 && !hasOther)
    throw invalidArgument('Function calling config is set without function_declarations.')
  if (allowed.length === 0) return
  const field = 'tool_config.function_calling_config.allowed_function_names'
  if (mode !== 'ANY' && mode !== 'VALIDATED')
    throw generateError(field, 'allowed_function_names can only be set when the function calling mode is ANY or VALIDATED.')
  const unknown = allowed.find((name) => !names.includes(name))
  if (unknown !== undefined) throw generateError(field, `"${unknown}" is not in the function declarations.`)
}

function checkSafety({ safetySettings = [] }: NativeRequest): void {
  const categories = safetySettings.map(({ category }) => category)
  safetySettings.forEach(({ category, threshold }, index) => {
    if (category === undefined || threshold === undefined)
      throw generateError(`safety_settings[${index}]`, 'category and threshold must be specified.')
    if (categories.indexOf(category) !== index)
      throw generateError(`safety_settings[${index}].category`, `only one setting is allowed for ${category}.`)
  })
}

/** Checks `cachedContent`. A cache exists unless its id begins with `missing`. */
function checkCache({ cachedContent: name, ...request }: NativeRequest, model: Model): void {
  if (name === undefined || name === '') return
  if (request.systemInstruction !== undefined || request.tools !== undefined || request.toolConfig !== undefined)
    throw invalidArgument(WITH_CACHE)
  if (model.refusesBudget) throw invalidArgument(`Explicit caching is not supported for models/${model.id}.`)
  if (!/^cachedContents\/[\w-]+$/.test(name)) throw generateError('cached_content', 'the name must have the form cachedContents/{id}.')
  if (name.startsWith('cachedContents/missing')) throw refusal('denied', 'CachedContent not found (or permission denied)')
}
