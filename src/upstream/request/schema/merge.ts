import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../contract/isRecord.js'
import { type Drop, forKeywords, lookUp, type SchemaNode, TYPES } from './node.js'

/** Merges two values of one keyword; undefined if no value means both. */
type Merge = (first: unknown, second: unknown) => unknown

const chooseNumber = (choose: (...values: number[]) => number): Merge => {
  return (first, second) => (typeof first === 'number' && typeof second === 'number' ? choose(first, second) : undefined)
}

const requireBoth: Merge = (first, second) => ({ allOf: [first, second] })
const keepFirst: Merge = (first) => first
const unite: Merge = (first, second) => (Array.isArray(first) && Array.isArray(second) ? [...new Set([...first, ...second])] : undefined)

const intersect: Merge = (first, second) => {
  if (!Array.isArray(first) || !Array.isArray(second)) return undefined
  const others = new Set(second)
  const common = first.filter((value) => others.has(value))
  return common.length === 0 ? undefined : common
}

const mergeMembers: Merge = (first, second) => {
  if (!isRecord(first) || !isRecord(second)) return undefined
  const members = new Map(Object.entries(first))
  for (const [name, schema] of Object.entries(second)) {
    const other = members.get(name)
    members.set(name, members.has(name) && !isDeepStrictEqual(other, schema) ? requireBoth(other, schema) : schema)
  }
  return Object.fromEntries(members)
}

const typesOf = (type: unknown): ReadonlySet<unknown> => {
  const list: readonly unknown[] = Array.isArray(type) ? type : [type]
  return new Set(list.map((one) => (typeof one === 'string' ? one.toLowerCase() : one)).filter((one) => TYPES.has(one)))
}

const mergeTypes: Merge = (first, second) => {
  const [left, right] = [typesOf(first), typesOf(second)]
  const allows = (set: ReadonlySet<unknown>, type: unknown): boolean => set.has(type) || (type === 'integer' && set.has('number'))
  const common = [...new Set([...left, ...right])].filter((type) => allows(left, type) && allows(right, type))
  return common.length < 2 ? common[0] : common
}

// The stricter value wins: no member, then members of a schema, then any.
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

/** Merges two schemas that must both hold; drops each keyword whose second value is lost. */
export function merge(first: SchemaNode, second: SchemaNode, drop: Drop): SchemaNode {
  const merged = new Map(Object.entries(first))
  for (const [keyword, value] of Object.entries(second)) {
    const other = merged.get(keyword)
    if (!merged.has(keyword) || other === null) merged.set(keyword, value)
    else if (value !== null && !isDeepStrictEqual(other, value)) {
      const one = lookUp(MERGES, keyword)?.(other, value)
      if (one === undefined) drop(keyword)
      else merged.set(keyword, one)
    }
  }
  return Object.fromEntries(merged)
}
