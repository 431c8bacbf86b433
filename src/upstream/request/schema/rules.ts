import { isDeepStrictEqual } from 'node:util'
import type { Repair } from '../../../contract/repair.js'
import { additionalAsBoolean, definedRequired, inferredType, itemsOfArrays } from './members.js'
import { type Drop, entryOf, type SchemaNode, typeOf, without } from './node.js'
import { oneType } from './types.js'
import { constToEnum, inclusiveBounds, stringsInEnum } from './values.js'

/** How one schema object is mended; told through `Drop` what cannot be kept. Its children are not touched. */
export type SchemaRule = Repair<'shape' | 'keywords', SchemaNode, Drop>

/** What Gemini's own schema has. Source: its `Schema` message; `additionalProperties` was seen to be accepted beside it. */
const KEPT = new Set(
  (
    'type format title description nullable enum anyOf properties required propertyOrdering items additionalProperties ' +
    'minProperties maxProperties minItems maxItems minLength maxLength pattern minimum maximum'
  ).split(' '),
)

/** Annotations: they constrain nothing, so that nothing is lost without them. */
const ANNOTATIONS = new Set(
  (
    '$schema $id id $anchor $dynamicAnchor $comment $vocabulary $defs definitions default example examples readOnly writeOnly deprecated ' +
    'enumDescriptions markdownDescription markdownEnumDescriptions enumNames externalDocs xml discriminator'
  ).split(' '),
)

/** Keywords with a value that allows everything, as some generators write them. */
const VACUOUS: Readonly<Record<string, readonly unknown[]>> = {
  uniqueItems: [false],
  propertyNames: [true, {}, { type: 'string' }],
  unevaluatedProperties: [true, {}],
  unevaluatedItems: [true, {}],
  additionalItems: [true, {}],
  patternProperties: [{}],
  dependencies: [{}],
  dependentRequired: [{}],
  dependentSchemas: [{}],
}

const FORMATS: Readonly<Record<string, readonly unknown[]>> = {
  string: ['enum', 'date-time'],
  integer: ['int32', 'int64'],
  number: ['float', 'double', 'int32', 'int64'],
}

function isSilent(keyword: string, value: unknown): boolean {
  if (value === null || ANNOTATIONS.has(keyword) || keyword.startsWith('x-')) return true
  return entryOf(VACUOUS, keyword)?.some((vacuous) => isDeepStrictEqual(vacuous, value)) ?? false
}

function knownKeywords(node: SchemaNode, drop: Drop): SchemaNode {
  const gone = Object.keys(node).filter((keyword) => !KEPT.has(keyword) || node[keyword] === null)
  for (const keyword of gone) {
    if (!isSilent(keyword, node[keyword])) drop(keyword)
  }
  return without(node, ...gone)
}

function knownFormat(node: SchemaNode, drop: Drop): SchemaNode {
  const { format } = node
  if (format === undefined || format === null) return node
  const type = typeOf(node)
  const known = type === undefined ? Object.values(FORMATS).flat() : entryOf(FORMATS, type)
  if (known?.includes(format)) return node
  drop('format')
  return without(node, 'format')
}

function oneOfToAnyOf(node: SchemaNode, drop: Drop): SchemaNode {
  if (!Array.isArray(node.oneOf)) return node
  const rest = without(node, 'oneOf')
  if (!Array.isArray(node.anyOf)) return { ...rest, anyOf: node.oneOf }
  drop('oneOf')
  return rest
}

/** Rules that decide which types a schema allows, before its alternatives are looked at. In this order. */
export const SHAPE_RULES = [
  { name: 'schema-const', stage: 'shape', reason: 'Gemini has no const.', apply: constToEnum },
  { name: 'schema-one-of', stage: 'shape', reason: 'Gemini has no oneOf; anyOf comes closest.', apply: oneOfToAnyOf },
  { name: 'schema-type-list', stage: 'shape', reason: 'Gemini takes one type, and nullable.', apply: oneType },
] as const satisfies readonly SchemaRule[]

/** Rules for the remaining keywords of one schema, in this order. */
export const KEYWORD_RULES = [
  { name: 'schema-enum', stage: 'keywords', reason: 'Gemini takes an enum of strings only.', apply: stringsInEnum },
  { name: 'schema-bounds', stage: 'keywords', reason: 'Gemini has no exclusive bounds.', apply: inclusiveBounds },
  { name: 'schema-type', stage: 'keywords', reason: 'Gemini refuses properties and items without their type.', apply: inferredType },
  { name: 'schema-items', stage: 'keywords', reason: 'Gemini refuses arrays without items, and tuples.', apply: itemsOfArrays },
  { name: 'schema-additional', stage: 'keywords', reason: 'Gemini takes additionalProperties as a boolean.', apply: additionalAsBoolean },
  { name: 'schema-required', stage: 'keywords', reason: 'Gemini refuses required names that have no property.', apply: definedRequired },
  { name: 'schema-format', stage: 'keywords', reason: 'Gemini refuses formats that it does not know.', apply: knownFormat },
  { name: 'schema-keywords', stage: 'keywords', reason: 'Gemini refuses keywords that it does not know.', apply: knownKeywords },
] as const satisfies readonly SchemaRule[]
