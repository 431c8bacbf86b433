import { type Drop, isNode, type SchemaNode, typeOf, without } from './node.js'

// Where there are alternatives, they say it: the node's own keywords go into each of them afterwards.
const hasAlternatives = ({ anyOf }: SchemaNode): boolean => Array.isArray(anyOf)

const IMPLIED = { properties: 'object', items: 'array', prefixItems: 'array' } as const

/** The type that `properties` or `items` imply where none is named. */
export function inferredType(node: SchemaNode): SchemaNode {
  if ((node.type !== undefined && node.type !== null) || hasAlternatives(node)) return node
  for (const [keyword, type] of Object.entries(IMPLIED)) {
    if (node[keyword] !== undefined) return { ...node, type }
  }
  return node
}

/** One schema for all items: anything where none was given, or one for each place. */
export function itemsOfArrays(node: SchemaNode, drop: Drop): SchemaNode {
  const { items } = node
  if (isNode(items)) return node
  if (items === undefined || items === null) return typeOf(node) === 'array' && !hasAlternatives(node) ? { ...node, items: {} } : node
  if (items !== true) drop('items')
  return { ...node, items: {} }
}

/** Further members allowed or not; a schema for them is named, and they stay allowed. */
export function additionalAsBoolean(node: SchemaNode, drop: Drop): SchemaNode {
  const { additionalProperties } = node
  if (additionalProperties === undefined || typeof additionalProperties === 'boolean') return node
  if (!isNode(additionalProperties) || Object.keys(additionalProperties).length > 0) drop('additionalProperties')
  return without(node, 'additionalProperties')
}

/** Only names of properties that are there; the others are named. */
export function definedRequired(node: SchemaNode, drop: Drop): SchemaNode {
  const { required, properties } = node
  if (required === undefined || hasAlternatives(node)) return node
  if (!Array.isArray(required)) {
    if (required !== false && required !== null) drop('required')
    return without(node, 'required')
  }
  const isDefined = (name: unknown): boolean => typeof name === 'string' && isNode(properties) && Object.hasOwn(properties, name)
  required.forEach((name, index) => {
    if (!isDefined(name)) drop(`required[${index}]`)
  })
  const defined = [...new Set(required.filter(isDefined))]
  if (defined.length === required.length) return node
  return defined.length === 0 ? without(node, 'required') : { ...node, required: defined }
}
