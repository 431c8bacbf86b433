import { invalidValue, isObject, unknownName, type Violation } from './strict.js'

/**
 * Keywords of JSON Schema that Gemini's schema format lacks and refuses. `additionalProperties` is
 * not in the list because Gemini was observed to accept it.
 */
const UNKNOWN = new Set(
  '$ref $defs definitions $schema $id const exclusiveMinimum exclusiveMaximum uniqueItems multipleOf propertyNames patternProperties not allOf oneOf if then else'.split(
    ' ',
  ),
)

const FORMATS: { readonly [type: string]: readonly string[] } = {
  string: ['enum', 'date-time'],
  integer: ['int32', 'int64'],
  number: ['float', 'double', 'int32', 'int64'],
}

/**
 * Collects the parts of a schema that Gemini refuses. As in Google's messages, paths contain the
 * index of a property instead of its name.
 */
export const schemaViolations = (schema: unknown, path: string, found: Violation[]): void => {
  if (!isObject(schema)) {
    if (typeof schema !== 'boolean') found.push(invalidValue(path, 'TYPE_MESSAGE', schema))
    return
  }
  for (const keyword of Object.keys(schema)) {
    if (UNKNOWN.has(keyword)) found.push(unknownName(keyword, path))
  }
  if (Array.isArray(schema.type)) found.push(unknownName('type', path, 'Proto field is not repeating, cannot start list.'))
  checkFormat(schema, path, found)
  checkChildren(schema, path, found)
}

function checkFormat(schema: { readonly [keyword: string]: unknown }, path: string, found: Violation[]): void {
  const { format, type } = schema
  const known = typeof type === 'string' ? FORMATS[type.toLowerCase()] : undefined
  if (format === undefined || known === undefined || (typeof format === 'string' && known.includes(format))) return
  found.push({
    field: `${path}.format`,
    description: `* GenerateContentRequest.${path}.format: only '${known.join("' and '")}' are supported for ${String(type).toUpperCase()} type\n`,
  })
}

function checkChildren(schema: { readonly [keyword: string]: unknown }, path: string, found: Violation[]): void {
  if (isObject(schema.properties)) {
    Object.values(schema.properties).forEach((child, index) => {
      schemaViolations(child, `${path}.properties[${index}].value`, found)
    })
  }
  if (isObject(schema.items)) schemaViolations(schema.items, `${path}.items`, found)
  if (Array.isArray(schema.anyOf)) {
    schema.anyOf.forEach((child: unknown, index) => {
      schemaViolations(child, `${path}.any_of[${index}]`, found)
    })
  }
}
