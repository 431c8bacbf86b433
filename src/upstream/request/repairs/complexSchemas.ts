import { mapItems, omit, replaceMember } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import { mapMembers, memberPath } from '../schema/node.js'
import type { Ignore, RequestRepair } from './context.js'

type LegacyFunction = NonNullable<ChatCompletionRequest['functions']>[number]
type AnswerFormat = NonNullable<ChatCompletionRequest['response_format']>

/** Removes the bounds of numbers and lists once Gemini has refused a schema as too complex. */
export const complexSchemasRepair: RequestRepair = {
  name: 'complex-schemas',
  reason:
    'Gemini refuses schemas with too many states. Bounds of numbers and lists create many; only a call shows whether they are too many.',
  apply: (request, { areSchemasTooComplex, ignore }) => {
    if (!areSchemasTooComplex) return request
    const { functions, tools, response_format: format } = request
    // The cast is safe: bounds are optional members, so a schema without them has the same type.
    const unbounded = <T>(schema: T, path: string): T => withoutBounds(schema, path, ignore) as T
    const inFunction = (declared: LegacyFunction, path: string): LegacyFunction =>
      replaceMember(declared, 'parameters', unbounded(declared.parameters, `${path}.parameters`))
    const inFunctions = mapItems(functions ?? [], (declared, index) => inFunction(declared, `functions[${index}]`))
    const inTools = mapItems(tools ?? [], (tool, index) =>
      tool.type === 'function' ? replaceMember(tool, 'function', inFunction(tool.function, `tools[${index}].function`)) : tool,
    )
    const withFunctions = functions ? replaceMember(request, 'functions', inFunctions) : request
    const withTools = tools ? replaceMember(withFunctions, 'tools', inTools) : withFunctions
    return format ? replaceMember(withTools, 'response_format', removeFormatBounds(format, unbounded)) : withTools
  },
}

/**
 * Removes bounds from the schemas in `response_format`: the one in `json_schema`, and `schema`,
 * which other providers accept with the type `json_object`.
 */
function removeFormatBounds(format: AnswerFormat, unbounded: <T>(schema: T, path: string) => T): AnswerFormat {
  return mapMembers({ ...format }, (value, name) => {
    if (name === 'schema') return unbounded(value, 'response_format.schema')
    if (name !== 'json_schema' || !isRecord(value)) return value
    return mapMembers(value, (member, key) => (key === 'schema' ? unbounded(member, 'response_format.json_schema.schema') : member))
  }) as AnswerFormat // safe: only optional members of the schemas are removed
}

const BOUND_KEYWORDS = ['minItems', 'maxItems', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
// JSON Schema keywords by the kind of their value: one schema, a list, an object of named schemas.
const SINGLE_SCHEMAS: ReadonlySet<string> = new Set(['items', 'additionalItems', 'additionalProperties'])
const SCHEMA_LISTS: ReadonlySet<string> = new Set(['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf'])
const NAMED_SCHEMAS: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions'])

function withoutBounds(schema: unknown, path: string, ignore: Ignore): unknown {
  if (!isRecord(schema)) return schema
  for (const keyword of BOUND_KEYWORDS) if (schema[keyword] !== undefined && schema[keyword] !== null) ignore(`${path}.${keyword}`)
  return mapMembers(omit(schema, ...BOUND_KEYWORDS), (value, keyword) => {
    const at = memberPath(path, keyword)
    if (Array.isArray(value))
      return SCHEMA_LISTS.has(keyword) ? mapItems<unknown>(value, (each, index) => withoutBounds(each, `${at}[${index}]`, ignore)) : value
    if (NAMED_SCHEMAS.has(keyword) && isRecord(value))
      return mapMembers(value, (each, name) => withoutBounds(each, memberPath(at, name), ignore))
    return SINGLE_SCHEMAS.has(keyword) ? withoutBounds(value, at, ignore) : value
  })
}
