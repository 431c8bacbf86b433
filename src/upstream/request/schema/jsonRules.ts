import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { checkRequired } from './members.js'
import { forKeywords, JSON_SCHEMA_TYPES, lookUp, type ReportDropped, type SchemaNode } from './node.js'
import { isVacuous, type SchemaRule } from './rules.js'
import { replaceTypeAliases } from './types.js'
import { convertBounds, describeChoices, removeInvalid } from './values.js'

/** Removes schema keywords that are null: clients send null for a keyword that is not set. */
const removeUnset = (node: SchemaNode): SchemaNode =>
  omit(node, ...Object.keys(node).filter((keyword) => node[keyword] === null && keyword !== 'const'))

const isFilledList = (value: unknown): boolean => Array.isArray(value) && value.length > 0
const holdsSchema = (value: unknown): boolean => isRecord(value) || typeof value === 'boolean'

/** Validators for the values of schema keywords that contain schemas or refer to one. */
const SCHEMA_HOLDERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...forKeywords('anyOf oneOf prefixItems', isFilledList),
  additionalProperties: holdsSchema,
  items: (value) => holdsSchema(value) || isFilledList(value),
  $ref: (value) => typeof value === 'string',
}

/** Removes schema keywords whose value has the wrong type, and reports them. */
function removeMisshapen(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const misshapen = Object.keys(SCHEMA_HOLDERS).filter(
    (keyword) => Object.hasOwn(node, keyword) && lookUp(SCHEMA_HOLDERS, keyword)?.(node[keyword]) === false,
  )
  for (const keyword of misshapen) drop(keyword)
  return omit(removeInvalid(node, drop), ...misshapen)
}

/** Converts type names to those of JSON Schema, and removes unknown types. */
function settleTypeNames(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const named = replaceTypeAliases(node)
  const { type } = named
  if (type === undefined || JSON_SCHEMA_TYPES.has(type)) return named
  const listed: readonly unknown[] = Array.isArray(type) ? type : [type]
  const known = [...new Set(listed.map((one) => (typeof one === 'string' ? one.toLowerCase() : one)))].filter((one) =>
    JSON_SCHEMA_TYPES.has(one),
  )
  if (listed.some((one) => typeof one !== 'string' || !JSON_SCHEMA_TYPES.has(one.toLowerCase()))) drop('type')
  if (known.length === 0) return omit(named, 'type')
  if (!Array.isArray(type) || known.length === 1) return { ...named, type: known[0] }
  return known.length === listed.length && known.every((one, index) => one === listed[index]) ? named : { ...named, type: known }
}

const isScalar = (value: unknown): boolean => value === null || typeof value !== 'object'

/** Converts `const` to an `enum` of one value, or to the type null; removes a list or an object. */
function constToEnum(node: SchemaNode, drop: ReportDropped): SchemaNode {
  if (!Object.hasOwn(node, 'const')) return node
  const { const: value } = node
  const rest = omit(node, 'const')
  if (value === null) return { ...omit(rest, 'enum'), type: 'null' }
  if (isScalar(value)) return { ...rest, enum: [value] }
  drop('const')
  return rest
}

/** Replaces an `enum` with objects or lists by a description, so that all values stay allowed. */
function scalarEnum(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { enum: values } = node
  if (!Array.isArray(values) || (values.length > 0 && values.every(isScalar))) return node
  drop('enum')
  const rest = omit(node, 'enum')
  return values.length === 0 ? rest : describeChoices(rest, values)
}

const OUTSIDE_NULLABLE = new Set(['title', 'description', 'default'])

/** Converts OpenAPI's `nullable: true` to the type null beside the schema's other types. */
function nullableToType(node: SchemaNode): SchemaNode {
  if (!Object.hasOwn(node, 'nullable')) return node
  const rest = omit(node, 'nullable')
  if (node.nullable !== true) return rest
  const { type, anyOf, enum: values } = rest
  const isTyped = typeof type === 'string' && values === undefined && anyOf === undefined
  if (isTyped) return type === 'null' ? rest : { ...rest, type: [type, 'null'] }
  if (Array.isArray(type) && type.includes('null')) return rest
  const isOutside = ([keyword]: [string, unknown]): boolean => OUTSIDE_NULLABLE.has(keyword)
  const members = Object.entries(rest)
  const inner = Object.fromEntries(members.filter((member) => !isOutside(member)))
  return { ...Object.fromEntries(members.filter(isOutside)), anyOf: [inner, { type: 'null' }] }
}

/** Converts a list in `items`, as in older JSON Schema, to `prefixItems`. */
function tupleToPrefixItems(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { items, additionalItems } = node
  const rest = omit(node, 'additionalItems')
  if (Array.isArray(items)) {
    const further = isRecord(additionalItems) ? additionalItems : undefined
    if (additionalItems === false) drop('additionalItems')
    return { ...omit(rest, 'items'), prefixItems: items, ...(further === undefined ? {} : { items: further }) }
  }
  if (typeof items !== 'boolean') return rest
  if (!items) drop('items')
  return omit(rest, 'items')
}

/** Schema keywords that Google reads, among those whose values may be lists or objects. */
const READ_KEYWORDS = new Set(
  'type enum items prefixItems anyOf oneOf allOf properties additionalProperties required propertyOrdering $ref'.split(' '),
)

/**
 * Removes schema keywords that Google ignores if their values are lists or objects: such a value
 * may be nested too deep, or have broken references.
 */
function removeUnread(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const unread = Object.keys(node).filter((keyword) => !READ_KEYWORDS.has(keyword) && !isScalar(node[keyword]))
  for (const keyword of unread) if (!isVacuous(keyword, node[keyword])) drop(keyword)
  return omit(node, ...unread)
}

/** Repairs of one schema object for Gemini's native API, which takes JSON Schema, in this order. */
export const JSON_RULES = [
  { name: 'json-unset', reason: 'Clients send null for a keyword that is not set.', apply: removeUnset },
  { name: 'json-values', reason: 'Google may refuse values that are not of the type of their keyword.', apply: removeMisshapen },
  { name: 'json-type-names', reason: 'Google accepts the types of JSON Schema in lower case only.', apply: settleTypeNames },
  { name: 'json-const', reason: 'Google ignores const.', apply: constToEnum },
  { name: 'json-enum', reason: 'Google accepts only strings and numbers in an enum.', apply: scalarEnum },
  { name: 'json-tuple', reason: 'For tuples, Google supports prefixItems only.', apply: tupleToPrefixItems },
  { name: 'json-bounds', reason: 'Google ignores exclusive bounds.', apply: convertBounds },
  { name: 'json-required', reason: 'Google refuses required names that have no property.', apply: checkRequired },
  { name: 'json-nullable', reason: 'JSON Schema has no nullable; a nullable type includes null.', apply: nullableToType },
  { name: 'json-unread', reason: 'Keywords that Google ignores may still be too deep, or have broken references.', apply: removeUnread },
] as const satisfies readonly SchemaRule[]
