import { isDeepStrictEqual } from 'node:util'
import { omit } from '../../../contract/copyOnWrite.js'
import type { Repair } from '../../../contract/repair.js'
import { unifyItems } from './items.js'
import { checkRequired, inferType, simplifyAdditionalProperties } from './members.js'
import { hasAlternatives, lookUp, type ReportDropped, type SchemaNode, singleType } from './node.js'
import { removeMisplaced, replaceTypeAliases, splitTypes } from './types.js'
import { convertBounds, convertConst, convertEnum, removeInvalid } from './values.js'

/** A repair of one schema object, without its children. It reports constraints that are lost. */
export type SchemaRule = Repair<SchemaNode, ReportDropped>

// Keywords of schemas that the compatible API takes. Source: Gemini's type `Schema`; recorded
// traffic shows that the API takes `additionalProperties`, too.
const SUPPORTED_KEYWORDS = new Set(
  (
    'type format title description nullable enum anyOf properties required propertyOrdering items additionalProperties ' +
    'minProperties maxProperties minItems maxItems minLength maxLength pattern minimum maximum'
  ).split(' '),
)

/** Schema keywords that constrain nothing: their removal is not reported. */
const ANNOTATIONS = new Set(
  (
    '$schema $id id $anchor $dynamicAnchor $comment $vocabulary $defs definitions default example examples readOnly writeOnly deprecated ' +
    'enumDescriptions markdownDescription markdownEnumDescriptions enumNames externalDocs xml discriminator'
  ).split(' '),
)

/** Values with which a schema keyword allows everything: their removal is not reported. */
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

/** True for a schema keyword that constrains nothing at all, or nothing with this value. */
export function isVacuous(keyword: string, value: unknown): boolean {
  if (value === null || ANNOTATIONS.has(keyword) || keyword.startsWith('x-')) return true
  return lookUp(VACUOUS, keyword)?.some((vacuous) => isDeepStrictEqual(vacuous, value)) ?? false
}

function removeUnknown(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const removed = Object.keys(node).filter((keyword) => !SUPPORTED_KEYWORDS.has(keyword) || node[keyword] === null)
  for (const keyword of removed) if (!isVacuous(keyword, node[keyword])) drop(keyword)
  return omit(node, ...removed)
}

function checkFormat(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { format } = node
  if (format === undefined || format === null) return node
  const type = singleType(node)
  const known = type === undefined ? Object.values(FORMATS).flat() : lookUp(FORMATS, type)
  // The format `enum` needs an `enum` with values, which a branch of `anyOf` may have instead.
  const hasValues = hasAlternatives(node) || (Array.isArray(node.enum) && node.enum.length > 0)
  if (known?.includes(format) && (format !== 'enum' || hasValues)) return node
  drop('format')
  return omit(node, 'format')
}

function convertOneOf(node: SchemaNode, drop: ReportDropped): SchemaNode {
  if (!Array.isArray(node.oneOf)) return node
  const rest = omit(node, 'oneOf')
  if (!Array.isArray(node.anyOf)) return { ...rest, anyOf: node.oneOf }
  drop('oneOf')
  return rest
}

/** Repairs of each schema object before it is merged with the other parts of an `allOf`. */
export const PART_RULES = [
  { name: 'schema-values', reason: 'Gemini refuses values that are not of the type of their keyword.', apply: removeInvalid },
  {
    name: 'schema-type-names',
    reason: 'Gemini refuses the names that types have in other languages, such as `int`.',
    apply: replaceTypeAliases,
  },
] as const satisfies readonly SchemaRule[]

/** Repairs that determine a schema's types, in this order. They run before `KEYWORD_RULES`. */
export const SHAPE_RULES = [
  { name: 'schema-const', reason: 'Gemini has no const.', apply: convertConst },
  { name: 'schema-one-of', reason: 'Gemini has no oneOf; anyOf is the closest equivalent.', apply: convertOneOf },
  { name: 'schema-type-list', reason: 'Gemini accepts a single type, and `nullable` instead of the type null.', apply: splitTypes },
] as const satisfies readonly SchemaRule[]

/** Repairs of one schema object's keywords, in this order. They run after `SHAPE_RULES`. */
export const KEYWORD_RULES = [
  { name: 'schema-enum', reason: 'Gemini accepts only strings in an enum.', apply: convertEnum },
  { name: 'schema-type', reason: 'Gemini refuses properties and items without their type.', apply: inferType },
  { name: 'schema-misplaced', reason: 'Gemini refuses keywords of one type in a schema of another.', apply: removeMisplaced },
  { name: 'schema-bounds', reason: 'Gemini has no exclusive bounds.', apply: convertBounds },
  { name: 'schema-items', reason: 'Gemini refuses arrays without items, and tuples.', apply: unifyItems },
  { name: 'schema-additional', reason: 'Gemini accepts additionalProperties only as a boolean.', apply: simplifyAdditionalProperties },
  { name: 'schema-required', reason: 'Gemini refuses required names that have no property.', apply: checkRequired },
  { name: 'schema-format', reason: 'Gemini refuses formats that it does not know.', apply: checkFormat },
  { name: 'schema-keywords', reason: 'Gemini refuses keywords that it does not know.', apply: removeUnknown },
] as const satisfies readonly SchemaRule[]
