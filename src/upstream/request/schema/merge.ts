import { isRecord } from '../../../contract/isRecord.js'
import { countEntries, type WorkCounter } from './budget.js'
import { isEqual } from './isEqual.js'
import { forKeywords, JSON_SCHEMA_TYPES, lookUp, type ReportDropped, type SchemaNode } from './node.js'

/** Merges two values of one schema keyword; returns undefined if no single value expresses both. */
type Merge = (first: unknown, second: unknown, work: WorkCounter) => unknown

const chooseNumber = (choose: (...values: number[]) => number): Merge => {
  return (first, second) => (typeof first === 'number' && typeof second === 'number' ? choose(first, second) : undefined)
}

const isSchema = (value: unknown): boolean => isRecord(value) || typeof value === 'boolean'
const requireBoth: Merge = (first, second) => (isSchema(first) && isSchema(second) ? { allOf: [first, second] } : undefined)
const keepFirst: Merge = (first) => first
const unite: Merge = (first, second) => (Array.isArray(first) && Array.isArray(second) ? [...new Set([...first, ...second])] : undefined)

const intersect: Merge = (first, second) => {
  if (!Array.isArray(first) || !Array.isArray(second)) return undefined
  const others = new Set(second)
  const common = first.filter((value) => others.has(value))
  return common.length === 0 ? undefined : common
}

const mergeMembers: Merge = (first, second, work) => {
  if (!isRecord(first) || !isRecord(second)) return undefined
  const members = new Map(Object.entries(first))
  work.spend(members.size)
  for (const [name, schema] of Object.entries(second)) {
    const other = members.get(name)
    work.spend(1)
    // Members are not checked here: one that is not a schema is reported when it is converted.
    members.set(name, members.has(name) && !isEqual(other, schema, work) ? { allOf: [other, schema] } : schema)
  }
  return Object.fromEntries(members)
}

const typesOf = (type: unknown): ReadonlySet<unknown> => {
  const list: readonly unknown[] = Array.isArray(type) ? type : [type]
  return new Set(list.map((one) => (typeof one === 'string' ? one.toLowerCase() : one)).filter((one) => JSON_SCHEMA_TYPES.has(one)))
}

const mergeTypes: Merge = (first, second) => {
  const [left, right] = [typesOf(first), typesOf(second)]
  const allows = (set: ReadonlySet<unknown>, type: unknown): boolean => set.has(type) || (type === 'integer' && set.has('number'))
  const common = [...new Set([...left, ...right])].filter((type) => allows(left, type) && allows(right, type))
  return common.length < 2 ? common[0] : common
}

// The stricter `additionalProperties` wins: false, then a schema, then true.
const mergeAdditional: Merge = (first, second) => {
  if (first === false || second === false) return false
  if (first === true) return second
  return second === true ? first : undefined
}

const MERGES: Readonly<Record<string, Merge>> = {
  type: mergeTypes,
  properties: mergeMembers,
  required: unite,
  enum: intersect,
  items: requireBoth,
  additionalProperties: mergeAdditional,
  ...forKeywords('minimum exclusiveMinimum minLength minItems minProperties', chooseNumber(Math.max)),
  ...forKeywords('maximum exclusiveMaximum maxLength maxItems maxProperties', chooseNumber(Math.min)),
  ...forKeywords('title description default examples $comment $schema $id', keepFirst),
}

/**
 * Merges schemas that must all hold into one. Reports each keyword of which only the first value
 * remains. Merges halves: merging one by one would copy the first schema for each of the others.
 */
export function mergeSchemas(schemas: readonly SchemaNode[], drop: ReportDropped, work: WorkCounter): SchemaNode {
  if (schemas.length < 2) return schemas[0] ?? {}
  const middle = Math.ceil(schemas.length / 2)
  const [first, second] = [schemas.slice(0, middle), schemas.slice(middle)].map((half) => mergeSchemas(half, drop, work))
  return merge(first ?? {}, second ?? {}, drop, work)
}

function merge(first: SchemaNode, second: SchemaNode, drop: ReportDropped, work: WorkCounter): SchemaNode {
  work.spend(countEntries(first) + countEntries(second))
  const merged = new Map(Object.entries(first))
  for (const [keyword, value] of Object.entries(second)) {
    const other = merged.get(keyword)
    if (!merged.has(keyword)) merged.set(keyword, value)
    else if (!isEqual(other, value, work)) {
      const one = lookUp(MERGES, keyword)?.(other, value, work)
      if (one === undefined) drop(keyword)
      else merged.set(keyword, one)
    }
  }
  return Object.fromEntries(merged)
}
