import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { WorkCounter } from './budget.js'
import { isEqual } from './isEqual.js'
import { type ReportDropped, type SchemaNode, singleType } from './node.js'

/** Schema keywords that stay beside `anyOf`; all others are moved into its branches. */
const BESIDE_ANY_OF = ['title', 'description', 'nullable', 'anyOf']

const isOnlyNull = (values: unknown): boolean => Array.isArray(values) && values.length > 0 && values.every((value) => value === null)

const isNullType = (type: unknown): boolean => Array.isArray(type) && type.length === 1 && type[0] === 'null'

function isNull(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  const { type, allOf } = schema
  if (singleType(schema) === 'null' || isNullType(type) || isOnlyNull(schema.enum) || schema.const === null) return true
  // A `$ref` to null with other keywords beside it has become an `allOf` in `expandReferences`.
  return Array.isArray(allOf) && isNull(allOf[0])
}

/**
 * Replaces a null branch of `anyOf` by `nullable`. If a single branch remains, it becomes an
 * `allOf`, which is merged later.
 */
export function removeNullBranch(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { anyOf } = node
  if (anyOf === undefined) return node
  const rest = omit(node, 'anyOf')
  if (!Array.isArray(anyOf) || anyOf.length === 0) {
    if (anyOf !== null) drop('anyOf')
    return rest
  }
  if (isNull(rest)) return rest
  const branches = anyOf.filter((branch) => !isNull(branch))
  if (branches.length === 0) return { ...rest, type: 'null' }
  const nullable = branches.length < anyOf.length ? { nullable: true } : {}
  if (branches.length === 1) return { ...rest, ...nullable, allOf: branches }
  return branches.length < anyOf.length ? { ...rest, anyOf: branches, ...nullable } : node
}

/** Moves keywords that Gemini refuses beside `anyOf` into each of its branches. */
export function moveIntoBranches(node: SchemaNode, work: WorkCounter): SchemaNode {
  const { anyOf } = node
  if (!Array.isArray(anyOf)) return node
  const shared = omit(node, ...BESIDE_ANY_OF)
  if (Object.keys(shared).length === 0) return node
  work.countCopies(shared, anyOf.length)
  return { ...omit(node, ...Object.keys(shared)), anyOf: anyOf.map((branch) => ({ ...shared, allOf: [branch] })) }
}

function mergeProperties(objects: readonly SchemaNode[], work: WorkCounter): SchemaNode {
  const members = new Map<string, unknown[]>()
  for (const { properties } of objects) {
    for (const [name, schema] of Object.entries(isRecord(properties) ? properties : {})) {
      const known = members.get(name)
      if (known === undefined) members.set(name, [schema])
      else if (!known.some((one) => isEqual(one, schema, work))) known.push(schema)
    }
  }
  return Object.fromEntries([...members].map(([name, schemas]) => [name, schemas.length === 1 ? schemas[0] : { anyOf: schemas }]))
}

/** Returns the property names that every object schema requires. */
function requiredByAll(objects: readonly SchemaNode[]): string[] {
  const counts = new Map<string, number>()
  for (const { required } of objects) {
    for (const name of new Set<string>(Array.isArray(required) ? required : [])) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count === objects.length).map(([name]) => name)
}

/**
 * Merges an `anyOf` of object schemas into one object schema: it has the properties of all branches
 * and requires those that all require. For the root of a schema, where Gemini accepts no `anyOf`.
 */
export function mergeObjectBranches(node: SchemaNode, drop: ReportDropped, work: WorkCounter): SchemaNode {
  const branches: unknown = node.anyOf
  if (!Array.isArray(branches)) return node
  const objects = branches.filter(isRecord).filter((branch) => singleType(branch) === 'object')
  if (objects.length < branches.length) return node
  drop('anyOf')
  const required = requiredByAll(objects)
  const isClosed = objects.every((object) => object.additionalProperties === false)
  return {
    type: 'object',
    ...omit(node, 'anyOf'),
    properties: mergeProperties(objects, work),
    ...(required.length === 0 ? {} : { required }),
    ...(isClosed ? { additionalProperties: false } : {}),
  }
}
