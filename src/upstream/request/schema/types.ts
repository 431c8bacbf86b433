import { mapItems, omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { forKeywords, hasAlternatives, JSON_SCHEMA_TYPES, lookUp, type ReportDropped, type SchemaNode, singleType } from './node.js'

/** The types to which each JSON Schema keyword applies; unlisted keywords apply to all types. */
const TYPES_OF_KEYWORD: Readonly<Record<string, readonly string[]>> = {
  ...forKeywords('minLength maxLength pattern contentEncoding contentMediaType contentSchema', ['string']),
  ...forKeywords('format', ['string', 'number', 'integer']),
  ...forKeywords('minimum maximum exclusiveMinimum exclusiveMaximum multipleOf', ['number', 'integer']),
  ...forKeywords('items prefixItems additionalItems minItems maxItems uniqueItems', ['array']),
  ...forKeywords('contains minContains maxContains unevaluatedItems', ['array']),
  ...forKeywords('properties required propertyOrdering minProperties maxProperties additionalProperties patternProperties', ['object']),
  ...forKeywords('propertyNames dependencies dependentRequired dependentSchemas unevaluatedProperties', ['object']),
}

/** JSON Schema type names, by the type names of other languages that some generators write. */
const TYPE_ALIASES: Readonly<Record<string, string>> = {
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
  str: 'string',
}

const KEYWORDS_OF_ANY_TYPE = new Set(['title', 'description', 'nullable'])

const TYPE_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isRecord,
}

/** Replaces type names of other languages, such as `int`, by those of JSON Schema. */
export function replaceTypeAliases(node: SchemaNode): SchemaNode {
  const { type } = node
  const rename = (one: unknown): unknown => (typeof one === 'string' ? (lookUp(TYPE_ALIASES, one.toLowerCase()) ?? one) : one)
  const named = Array.isArray(type) ? mapItems<unknown>(type, rename) : rename(type)
  return named === type ? node : { ...node, type: named }
}

/** Schema keywords that Gemini takes for one type only, and that no other repair removes. */
const SINGLE_TYPE_KEYWORDS = (
  'properties required propertyOrdering minProperties maxProperties additionalProperties items minItems maxItems ' +
  'minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum'
).split(' ')

/** Removes schema keywords that do not apply to the type of the schema, and reports them. */
export function removeMisplaced(node: SchemaNode, drop: ReportDropped): SchemaNode {
  if (hasAlternatives(node)) return node
  const type = singleType(node)
  const isMisplaced = (keyword: string): boolean =>
    type === undefined ? keyword === 'propertyOrdering' : !lookUp(TYPES_OF_KEYWORD, keyword)?.includes(type)
  const misplaced = SINGLE_TYPE_KEYWORDS.filter((keyword) => Object.hasOwn(node, keyword) && isMisplaced(keyword))
  for (const keyword of misplaced) drop(keyword)
  return omit(node, ...misplaced)
}

/**
 * Replaces a list of types: null becomes `nullable`. If several other types remain, each becomes a
 * branch of `anyOf`, with the keywords that apply to the type.
 */
export function splitTypes(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { type } = node
  if (type === undefined || type === null) return node
  const listed: readonly unknown[] = Array.isArray(type) ? [...new Set(type)] : [type]
  const known = listed.filter((one) => typeof one === 'string' && JSON_SCHEMA_TYPES.has(one.toLowerCase())).map(String)
  if (known.length < listed.length) drop('type')
  else if (!Array.isArray(type)) return node
  const rest = omit(node, 'type')
  const kinds = known.filter((kind) => kind.toLowerCase() !== 'null')
  const types = kinds.includes('number') ? kinds.filter((kind) => kind !== 'integer') : kinds
  const nullable = kinds.length < known.length ? { nullable: true } : {}
  const [first] = types
  if (first === undefined) return known.length === 0 ? rest : { ...rest, type: 'null' }
  if (types.length === 1) return { ...rest, type: first, ...nullable }
  if (Array.isArray(rest.anyOf)) return { ...rest, anyOf: rest.anyOf.map((one) => ({ allOf: [{ type: types }, one] })), ...nullable }
  const outside = Object.fromEntries(Object.entries(rest).filter(([keyword]) => KEYWORDS_OF_ANY_TYPE.has(keyword)))
  return { ...outside, anyOf: types.flatMap((kind) => makeBranches(rest, kind)), ...nullable }
}

function makeBranches(node: SchemaNode, kind: string): readonly SchemaNode[] {
  const type = kind.toLowerCase()
  const keywords = Object.entries(node).filter(
    ([keyword]) => !KEYWORDS_OF_ANY_TYPE.has(keyword) && (lookUp(TYPES_OF_KEYWORD, keyword)?.includes(type) ?? true),
  )
  const hasType = lookUp(TYPE_CHECKS, type)
  const values = Array.isArray(node.enum) && hasType !== undefined ? node.enum.filter(hasType) : undefined
  if (values?.length === 0) return []
  return [{ type: kind, ...Object.fromEntries(keywords), ...(values === undefined ? {} : { enum: values }) }]
}
