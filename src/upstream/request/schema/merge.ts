import { isDeepStrictEqual } from 'node:util'
import { type Drop, entryOf, isNode, type SchemaNode, TYPES } from './node.js'

/** Both values of one keyword made one; undefined where they cannot be. */
type Merge = (first: unknown, second: unknown) => unknown

const numbers = (choose: (...values: number[]) => number): Merge => {
  return (first, second) => (typeof first === 'number' && typeof second === 'number' ? choose(first, second) : undefined)
}

const both: Merge = (first, second) => ({ allOf: [first, second] })
const firstOne: Merge = (first) => first
const union: Merge = (first, second) => (Array.isArray(first) && Array.isArray(second) ? [...new Set([...first, ...second])] : undefined)

const intersection: Merge = (first, second) => {
  if (!Array.isArray(first) || !Array.isArray(second)) return undefined
  const others = new Set(second)
  const common = first.filter((value) => others.has(value))
  return common.length === 0 ? undefined : common
}

const properties: Merge = (first, second) => {
  if (!isNode(first) || !isNode(second)) return undefined
  const members = new Map(Object.entries(first))
  for (const [name, schema] of Object.entries(second)) {
    const other = members.get(name)
    members.set(name, members.has(name) && !isDeepStrictEqual(other, schema) ? both(other, schema) : schema)
  }
  return Object.fromEntries(members)
}

const typesOf = (type: unknown): ReadonlySet<unknown> => {
  const list: readonly unknown[] = Array.isArray(type) ? type : [type]
  return new Set(list.map((one) => (typeof one === 'string' ? one.toLowerCase() : one)).filter((one) => TYPES.has(one)))
}

const types: Merge = (first, second) => {
  const [left, right] = [typesOf(first), typesOf(second)]
  const allows = (set: ReadonlySet<unknown>, type: unknown): boolean => set.has(type) || (type === 'integer' && set.has('number'))
  const common = [...new Set([...left, ...right])].filter((type) => allows(left, type) && allows(right, type))
  return common.length < 2 ? common[0] : common
}

// The stricter one: no member at all, then members of a schema, then any.
const additional: Merge = (first, second) => {
  if (first === false || second === false) return false
  if (first === true) return second
  return second === true ? first : undefined
}

const MERGES: Readonly<Record<string, Merge>> = {
  type: types,
  properties,
  required: union,
  enum: intersection,
  items: both,
  additionalProperties: additional,
  minimum: numbers(Math.max),
  exclusiveMinimum: numbers(Math.max),
  minLength: numbers(Math.max),
  minItems: numbers(Math.max),
  minProperties: numbers(Math.max),
  maximum: numbers(Math.min),
  exclusiveMaximum: numbers(Math.min),
  maxLength: numbers(Math.min),
  maxItems: numbers(Math.min),
  maxProperties: numbers(Math.min),
  title: firstOne,
  description: firstOne,
  default: firstOne,
  examples: firstOne,
  $comment: firstOne,
  $schema: firstOne,
  $id: firstOne,
}

/**
 * Makes one schema of two that must both hold.
 *
 * @param drop - is told the keywords whose second value had to go
 */
export function merge(first: SchemaNode, second: SchemaNode, drop: Drop): SchemaNode {
  const merged = new Map(Object.entries(first))
  for (const [keyword, value] of Object.entries(second)) {
    const other = merged.get(keyword)
    if (!merged.has(keyword) || other === null) merged.set(keyword, value)
    else if (value !== null && !isDeepStrictEqual(other, value)) {
      const one = entryOf(MERGES, keyword)?.(other, value)
      if (one === undefined) drop(keyword)
      else merged.set(keyword, one)
    }
  }
  return Object.fromEntries(merged)
}
