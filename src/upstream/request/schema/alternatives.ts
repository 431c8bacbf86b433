import { isDeepStrictEqual } from 'node:util'
import { type Drop, isNode, type SchemaNode, typeOf, without } from './node.js'
import type { References } from './references.js'

/** Keywords that stay beside `anyOf`; all others go into its branches. */
const OUTSIDE = ['title', 'description', 'nullable', 'anyOf']

const isOnlyNull = (values: unknown): boolean => Array.isArray(values) && values.length > 0 && values.every((value) => value === null)

function isNull(schema: unknown, references: References, hops = 0): boolean {
  if (!isNode(schema) || hops > 8) return false
  if (typeof schema.$ref === 'string') return isNull(references.peek(schema.$ref), references, hops + 1)
  const { type } = schema
  return (
    typeOf(schema) === 'null' ||
    isOnlyNull(schema.enum) ||
    isDeepStrictEqual(type, ['null']) ||
    (Object.hasOwn(schema, 'const') && schema.const === null)
  )
}

/** Takes null out of `anyOf`, and a single branch that remains into the schema itself, as an `allOf` to be written out. */
export function withoutNullBranch(node: SchemaNode, drop: Drop, references: References): SchemaNode {
  const { anyOf } = node
  if (anyOf === undefined) return node
  const rest = without(node, 'anyOf')
  if (!Array.isArray(anyOf) || anyOf.length === 0) {
    if (anyOf !== null) drop('anyOf')
    return rest
  }
  if (isNull(rest, references)) return rest
  const branches = anyOf.filter((branch) => !isNull(branch, references))
  if (branches.length === 0) return { ...rest, type: 'null' }
  const nullable = branches.length < anyOf.length ? { nullable: true } : {}
  if (branches.length === 1) return { ...rest, ...nullable, allOf: branches }
  return branches.length < anyOf.length ? { ...rest, anyOf: branches, ...nullable } : node
}

/** Moves the keywords beside `anyOf` into each branch, because Gemini refuses an `anyOf` that has others beside it. */
export function intoBranches(node: SchemaNode, path: string, references: References): SchemaNode {
  const { anyOf } = node
  if (!Array.isArray(anyOf)) return node
  const shared = without(node, ...OUTSIDE)
  if (Object.keys(shared).length === 0) return node
  references.countCopies(shared, anyOf.length, path)
  const outside = without(node, ...Object.keys(shared))
  return { ...outside, anyOf: anyOf.map((branch) => ({ ...shared, allOf: [branch] })) }
}

const namesIn = (required: unknown): readonly unknown[] => (Array.isArray(required) ? required : [])

function unionOfProperties(objects: readonly SchemaNode[]): SchemaNode {
  const members = new Map<string, unknown[]>()
  for (const { properties } of objects) {
    for (const [name, schema] of Object.entries(isNode(properties) ? properties : {})) {
      const known = members.get(name) ?? []
      if (!known.some((one) => isDeepStrictEqual(one, schema))) members.set(name, [...known, schema])
    }
  }
  return Object.fromEntries([...members].map(([name, schemas]) => [name, schemas.length === 1 ? schemas[0] : { anyOf: schemas }]))
}

/**
 * Makes one object of alternatives that are all objects: every property of any, required what all require.
 *
 * For the root of a schema: Gemini wants an object there, and `anyOf` cannot stand beside it.
 */
export function oneObject(node: SchemaNode, drop: Drop): SchemaNode {
  const branches: unknown = node.anyOf
  if (!Array.isArray(branches)) return node
  const objects = branches.filter(isNode).filter((branch) => typeOf(branch) === 'object')
  if (objects.length < branches.length) return node
  drop('anyOf')
  const [first, ...others] = objects.map((object) => namesIn(object.required))
  const required = (first ?? []).filter((name) => others.every((names) => names.includes(name)))
  const isClosed = objects.every((object) => object.additionalProperties === false)
  return {
    type: 'object',
    ...without(node, 'anyOf'),
    properties: unionOfProperties(objects),
    ...(required.length === 0 ? {} : { required }),
    ...(isClosed ? { additionalProperties: false } : {}),
  }
}
