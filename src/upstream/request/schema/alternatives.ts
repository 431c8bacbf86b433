import { isDeepStrictEqual } from 'node:util'
import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { type Drop, type SchemaNode, singleType } from './node.js'
import type { RefResolver } from './references.js'

/** Keywords that stay beside `anyOf`; all others are moved into its branches. */
const BESIDE_ANY_OF = ['title', 'description', 'nullable', 'anyOf']

const isOnlyNull = (values: unknown): boolean => Array.isArray(values) && values.length > 0 && values.every((value) => value === null)

function isNull(schema: unknown, references: RefResolver, followed = 0): boolean {
  if (!isRecord(schema) || followed > 8) return false
  if (typeof schema.$ref === 'string') return isNull(references.peek(schema.$ref), references, followed + 1)
  const hasNullType = singleType(schema) === 'null' || isDeepStrictEqual(schema.type, ['null'])
  return hasNullType || isOnlyNull(schema.enum) || schema.const === null
}

/** Replaces null in `anyOf` by `nullable`, and a single other branch by an `allOf` to flatten. */
export function removeNullBranch(node: SchemaNode, drop: Drop, references: RefResolver): SchemaNode {
  const { anyOf } = node
  if (anyOf === undefined) return node
  const rest = omit(node, 'anyOf')
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

/** Moves the keywords beside `anyOf` into its branches: Gemini refuses any beside it. */
export function moveIntoBranches(node: SchemaNode, path: string, references: RefResolver): SchemaNode {
  const { anyOf } = node
  if (!Array.isArray(anyOf)) return node
  const shared = omit(node, ...BESIDE_ANY_OF)
  if (Object.keys(shared).length === 0) return node
  references.countCopies(shared, anyOf.length, path)
  return { ...omit(node, ...Object.keys(shared)), anyOf: anyOf.map((branch) => ({ ...shared, allOf: [branch] })) }
}

function mergeProperties(objects: readonly SchemaNode[]): SchemaNode {
  const members = new Map<string, unknown[]>()
  for (const { properties } of objects) {
    for (const [name, schema] of Object.entries(isRecord(properties) ? properties : {})) {
      const known = members.get(name) ?? []
      if (!known.some((one) => isDeepStrictEqual(one, schema))) members.set(name, [...known, schema])
    }
  }
  return Object.fromEntries([...members].map(([name, schemas]) => [name, schemas.length === 1 ? schemas[0] : { anyOf: schemas }]))
}

/**
 * Merges alternatives that are all objects into one object: it has the properties of all, and
 * requires those that each requires. For the root of a schema, where Gemini accepts no `anyOf`.
 */
export function mergeObjects(node: SchemaNode, drop: Drop): SchemaNode {
  const branches: unknown = node.anyOf
  if (!Array.isArray(branches)) return node
  const objects = branches.filter(isRecord).filter((branch) => singleType(branch) === 'object')
  if (objects.length < branches.length) return node
  drop('anyOf')
  const [first = [], ...others] = objects.map(({ required }): readonly unknown[] => (Array.isArray(required) ? required : []))
  const required = first.filter((name) => others.every((names) => names.includes(name)))
  const isClosed = objects.every((object) => object.additionalProperties === false)
  return {
    type: 'object',
    ...omit(node, 'anyOf'),
    properties: mergeProperties(objects),
    ...(required.length === 0 ? {} : { required }),
    ...(isClosed ? { additionalProperties: false } : {}),
  }
}
