import { type Drop, entryOf, isNode, type SchemaNode, TYPES, without } from './node.js'

/** The keywords that speak about values of some types only. */
const SPEAKS_OF: Readonly<Record<string, readonly string[]>> = {
  ...about(['string'], 'minLength maxLength pattern contentEncoding contentMediaType contentSchema'),
  ...about(['string', 'number', 'integer'], 'format'),
  ...about(['number', 'integer'], 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'),
  ...about(['array'], 'items prefixItems additionalItems minItems maxItems uniqueItems contains minContains maxContains unevaluatedItems'),
  ...about(['object'], 'properties required propertyOrdering minProperties maxProperties additionalProperties patternProperties'),
  ...about(['object'], 'propertyNames dependencies dependentRequired dependentSchemas unevaluatedProperties'),
}

function about(types: readonly string[], keywords: string): Record<string, readonly string[]> {
  return Object.fromEntries(keywords.split(' ').map((keyword) => [keyword, types]))
}

const OUTSIDE = new Set(['title', 'description', 'nullable'])

const HAS_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isNode,
}

/** A list of types: null becomes `nullable`; of several others each gets a branch of `anyOf` with the keywords that speak of it. */
export function oneType(node: SchemaNode, drop: Drop): SchemaNode {
  const { type } = node
  if (type === undefined || type === null) return node
  const listed: readonly unknown[] = Array.isArray(type) ? [...new Set(type)] : [type]
  const known = listed.filter((one) => typeof one === 'string' && TYPES.has(one.toLowerCase())).map(String)
  if (known.length < listed.length) drop('type')
  else if (!Array.isArray(type)) return node
  const rest = without(node, 'type')
  const kinds = known.filter((kind) => kind.toLowerCase() !== 'null')
  const types = kinds.includes('number') ? kinds.filter((kind) => kind !== 'integer') : kinds
  const nullable = kinds.length < known.length ? { nullable: true } : {}
  const [first] = types
  if (first === undefined) return known.length === 0 ? rest : { ...rest, type: 'null' }
  if (types.length === 1) return { ...rest, type: first, ...nullable }
  if (isAlternative(rest)) return { ...rest, anyOf: branchesOf(rest.anyOf, types), ...nullable }
  const outside = Object.fromEntries(Object.entries(rest).filter(([keyword]) => OUTSIDE.has(keyword)))
  return { ...outside, anyOf: types.flatMap((kind) => branch(rest, kind)), ...nullable }
}

const isAlternative = (node: SchemaNode): node is SchemaNode & { anyOf: readonly unknown[] } => Array.isArray(node.anyOf)

/** Alternatives that may each be of some types only. */
const branchesOf = (branches: readonly unknown[], types: readonly string[]): readonly unknown[] =>
  branches.map((one) => ({ allOf: [{ type: types }, one] }))

function branch(node: SchemaNode, kind: string): readonly SchemaNode[] {
  const type = kind.toLowerCase()
  const kept = Object.entries(node).filter(([keyword]) => !OUTSIDE.has(keyword) && (entryOf(SPEAKS_OF, keyword)?.includes(type) ?? true))
  const values = Array.isArray(node.enum) ? node.enum.filter(entryOf(HAS_TYPE, type) ?? (() => true)) : undefined
  if (values?.length === 0) return []
  return [{ type: kind, ...Object.fromEntries(kept), ...(values === undefined ? {} : { enum: values }) }]
}
