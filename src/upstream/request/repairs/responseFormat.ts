import { omit, pickSetMembers, replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import { toGeminiSchema } from '../schema/toGeminiSchema.js'
import { toJsonSchema } from '../schema/toJsonSchema.js'
import type { Ignore, RequestContext, RequestRepair } from './context.js'

type ResponseFormat = NonNullable<ChatCompletionRequest['response_format']>
type JsonFormat = Exclude<ResponseFormat, { type: 'text' }>

const TYPE_FIELD = new Set(['type'])
const SCHEMA_FIELDS = new Set(['name', 'description', 'strict', 'schema'])
const FORMAT_FIELDS = new Set(['type', 'json_schema'])
const FORMAT_PATH = 'response_format'

/** Converts the JSON Schema in `response_format` to one that Gemini accepts. */
export const responseFormatRepair: RequestRepair = {
  name: 'response-format',
  reason: 'The schema of an answer has the same limits as that of a tool, and Gemini 2 refuses it together with tools.',
  apply: (request, context) => {
    const { modelId, traits, ignore } = context
    const { response_format: format, tools } = request
    if (!format) return omit(request, 'response_format')
    if (format.type === 'text') {
      selectKnown(format, TYPE_FIELD, FORMAT_PATH, ignore)
      return omit(request, 'response_format')
    }
    if (tools && tools.length > 0 && !traits.mixesJsonAndTools) {
      const message = `${modelId} supports either tools or JSON output, not both. Use a Gemini 3 model, or remove one of them.`
      throw apiError('unsupported_value', message, { param: FORMAT_PATH })
    }
    return replaceMember(request, 'response_format', toKnownFormat(format, context))
  },
}

function toKnownFormat(format: JsonFormat, context: RequestContext): JsonFormat {
  if (format.type === 'json_object') return toObjectFormat(format, context)
  const { ignore } = context
  const { json_schema: declared } = format
  const path = `${FORMAT_PATH}.json_schema`
  if (!declared.schema) {
    const param = `${path}.schema`
    throw apiError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
  }
  const schema = convertAnswerSchema(declared.schema, `${path}.schema`, context)
  const known = replaceMember(selectKnown(declared, SCHEMA_FIELDS, path, ignore), 'schema', schema)
  return replaceMember(selectKnown(format, FORMAT_FIELDS, FORMAT_PATH, ignore), 'json_schema', known)
}

/**
 * Converts the format `json_object`. With a schema, which other providers accept, it becomes
 * `json_schema`: Google takes no schema with `json_object`.
 */
function toObjectFormat(format: Extract<JsonFormat, { type: 'json_object' }>, context: RequestContext): JsonFormat {
  const { ignore } = context
  const { schema, json_schema: declared, ...others }: Readonly<Record<string, unknown>> = format
  if (isRecord(declared) && isRecord(declared.schema)) {
    const named = { ...declared, name: typeof declared.name === 'string' ? declared.name : 'answer', schema: declared.schema }
    return toKnownFormat({ ...others, ...(schema ? { schema } : {}), type: 'json_schema', json_schema: named }, context)
  }
  if (!isRecord(schema)) return selectKnown(format, TYPE_FIELD, FORMAT_PATH, ignore)
  selectKnown({ ...others, json_schema: declared }, TYPE_FIELD, FORMAT_PATH, ignore)
  const known = convertAnswerSchema(schema, `${FORMAT_PATH}.schema`, context)
  return { type: 'json_schema', json_schema: { name: 'answer', schema: known } }
}

/** Converts the JSON Schema of an answer to one that the called API of Google takes. */
const convertAnswerSchema = (
  schema: Readonly<Record<string, unknown>>,
  path: string,
  { upstream, ignore, schemaBudget: budget }: RequestContext,
): Record<string, unknown> => (upstream === 'native' ? toJsonSchema : toGeminiSchema)(schema, path, ignore, { budget, use: 'answer' })

/** Selects the known members of an object at a path, and reports the others as ignored. */
const selectKnown = <T extends object>(value: T, names: ReadonlySet<string>, path: string, ignore: Ignore): T =>
  pickSetMembers(value, names, (name) => ignore(`${path}.${name}`))
