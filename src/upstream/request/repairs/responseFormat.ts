import { omit, replace, select } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { toGeminiSchema } from '../schema/toGeminiSchema.js'
import type { RequestRepair } from './context.js'

const TYPE_FIELD = new Set(['type'])
const SCHEMA_FIELDS = new Set(['name', 'description', 'strict', 'schema'])
const FORMAT_FIELDS = new Set(['type', 'json_schema'])

/** Converts the schema of an answer to Gemini's; without a schema any JSON object is requested. */
export const responseFormatRepair: RequestRepair = {
  name: 'response-format',
  reason: 'The schema of an answer has the same limits as that of a tool, and Gemini 2 refuses it beside tools.',
  apply: (request, { modelId, ignore, schemaBudget }) => {
    const { response_format: format, tools } = request
    if (!format || format.type === 'text') return omit(request, 'response_format')
    if (tools && tools.length > 0 && /^gemini-[12]\b/.test(modelId)) {
      const message = `${modelId} supports either tools or JSON output, not both. Use a Gemini 3 model, or remove one of them.`
      throw apiError('unsupported_value', message, { param: 'response_format' })
    }
    if (format.type === 'json_object') return replace(request, 'response_format', select(format, TYPE_FIELD))
    const { json_schema: declared } = format
    if (!declared.schema) return { ...request, response_format: { type: 'json_object' } }
    const schema = toGeminiSchema(declared.schema, 'response_format.json_schema.schema', ignore, schemaBudget)
    const known = replace(select(declared, SCHEMA_FIELDS), 'schema', schema)
    return replace(request, 'response_format', replace(select(format, FORMAT_FIELDS), 'json_schema', known))
  },
}
