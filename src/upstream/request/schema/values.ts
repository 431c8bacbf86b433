import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { forKeywords, type ReportDropped, type SchemaNode, singleType } from './node.js'
import { splitTypes } from './types.js'

const isText = (value: unknown): boolean => typeof value === 'string'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
// Rejects Infinity, which JSON.parse returns for a number such as 1e999.
const isNumber = (value: unknown): boolean => Number.isFinite(value)
// Gemini reads lengths and counts, such as `maxItems`, as 64-bit integers: others are rejected.
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 63

/** Validators for the values of schema keywords that no other repair validates. */
const VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...forKeywords('title description pattern format', isText),
  ...forKeywords('minLength maxLength minItems maxItems minProperties maxProperties', isCount),
  ...forKeywords('minimum maximum', isNumber),
  ...forKeywords('exclusiveMinimum exclusiveMaximum', (value: unknown) => isNumber(value) || isFlag(value)),
  nullable: isFlag,
  properties: isRecord,
  enum: Array.isArray,
  const: (value) => typeof value !== 'number' || isNumber(value),
  propertyOrdering: (value) => Array.isArray(value) && value.every(isText),
}
const VALUE_CHECKS = Object.entries(VALUES)

/** Removes schema keywords whose value is invalid, and reports them. */
export function removeInvalid(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const invalid = VALUE_CHECKS.filter(([keyword, isValid]) => Object.hasOwn(node, keyword) && !isValid(node[keyword])).map(
    ([keyword]) => keyword,
  )
  for (const keyword of invalid) drop(keyword)
  return omit(node, ...invalid)
}

const tighten = (node: SchemaNode, keyword: 'minimum' | 'maximum', value: number): SchemaNode => {
  const other = node[keyword]
  const choose = keyword === 'minimum' ? Math.max : Math.min
  return { ...node, [keyword]: typeof other === 'number' ? choose(other, value) : value }
}

/** Sets a schema's `type`, `minimum` and `maximum` from the numbers of its `enum` or `const`. */
function addBounds(node: SchemaNode, numbers: readonly number[]): SchemaNode {
  const implied = numbers.every(Number.isInteger) ? 'integer' : 'number'
  const type = ['integer', 'number'].includes(singleType(node) ?? '') ? node.type : implied
  const least = numbers.reduce((left, right) => Math.min(left, right))
  const most = numbers.reduce((left, right) => Math.max(left, right))
  return tighten(tighten({ ...node, type }, 'minimum', least), 'maximum', most)
}

/** Converts `const`: a string to an `enum`, a number to bounds, null and booleans to a `type`. */
export function convertConst(node: SchemaNode, drop: ReportDropped): SchemaNode {
  if (!Object.hasOwn(node, 'const')) return node
  const value = node.const
  const rest = omit(node, 'const', 'enum')
  if (typeof value === 'string') return { ...rest, type: 'string', enum: [value] }
  if (typeof value === 'number') return addBounds(rest, [value])
  if (value === null) return { ...rest, type: 'null' }
  drop('const')
  return typeof value === 'boolean' ? { ...rest, type: 'boolean' } : rest
}

const isEnumValue = (value: unknown): boolean => typeof value === 'string' && value !== ''

const LONGEST_CHOICES = 4_000
/** Cache of the texts of {@link describeChoices}: a `$ref` can copy one list thousands of times. */
const choicesOf = new WeakMap<readonly unknown[], string>()

/**
 * Adds the values of an `enum` to the description of a schema that cannot have this `enum`.
 *
 * @param shown - the values that the description lists; by default all
 */
export function describeChoices(node: SchemaNode, values: readonly unknown[], shown = values): SchemaNode {
  const choices = choicesOf.get(values) ?? toChoices(shown)
  choicesOf.set(values, choices)
  return { ...node, description: typeof node.description === 'string' ? `${node.description}\n${choices}` : choices }
}

function toChoices(values: readonly unknown[]): string {
  const text = `One of: ${values.map((value) => JSON.stringify(value)).join(', ')}`
  return text.length > LONGEST_CHOICES ? `${text.slice(0, LONGEST_CHOICES)}…` : text
}

/** Returns the types of values, each once. */
function typesOfValues(values: readonly unknown[]): readonly string[] {
  const numeric = values.every((value) => typeof value !== 'number' || Number.isInteger(value)) ? 'integer' : 'number'
  const typeOf = (value: unknown): string => {
    if (typeof value === 'number') return numeric
    return Array.isArray(value) ? 'array' : typeof value
  }
  return [...new Set(values.map(typeOf))]
}

/**
 * Converts an `enum` to one of strings: null becomes `nullable`, and numbers become bounds. Values
 * of several types become branches of `anyOf`. If one is an empty string, which Gemini refuses, the
 * description lists the values instead of an `enum`, so that all of them stay allowed.
 */
export function convertEnum(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const values: unknown = node.enum
  if (!Array.isArray(values)) return node
  const type = singleType(node)
  if (type === 'string' && values.length > 0 && values.every(isEnumValue)) return node
  const rest = omit(node, 'enum')
  const others = values.filter((value) => value !== null)
  const nullable = others.length < values.length ? { nullable: true } : {}
  if (values.length > 0 && others.length === 0) return { ...rest, type: 'null' }
  const types = typesOfValues(others)
  if (type === undefined && types.length > 1) return { ...splitTypes({ ...node, type: types }, drop), ...nullable }
  const strings = others.filter(isText)
  if (strings.length > 0 && (type === undefined || type === 'string')) {
    if (!strings.every(isEnumValue)) {
      drop('enum')
      return { type: 'string', ...describeChoices(rest, values, strings), ...nullable }
    }
    values.forEach((value, index) => {
      if (value !== null && !isText(value)) drop(`enum[${index}]`)
    })
    return { type: 'string', ...rest, enum: strings, ...nullable }
  }
  drop('enum')
  const numbers = others.filter((value) => typeof value === 'number' && isNumber(value))
  const isNumeric = numbers.length > 0 && numbers.length === others.length && type !== 'string'
  return { ...(isNumeric ? addBounds(rest, numbers) : rest), ...nullable }
}

const BOUNDS = [
  { exclusive: 'exclusiveMinimum', inclusive: 'minimum', next: (bound: number) => Math.floor(bound) + 1 },
  { exclusive: 'exclusiveMaximum', inclusive: 'maximum', next: (bound: number) => Math.ceil(bound) - 1 },
] as const

/**
 * Converts exclusive bounds, as numbers or as booleans of JSON Schema draft 4, to inclusive ones.
 * Except for integers, the bound itself is then allowed, and the lost constraint is reported.
 */
export function convertBounds(node: SchemaNode, drop: ReportDropped): SchemaNode {
  let converted = node
  for (const { exclusive, inclusive, next } of BOUNDS) {
    const limit = node[exclusive]
    if (limit === undefined) continue
    converted = omit(converted, exclusive)
    if (limit === false || limit === null) continue
    const bound = limit === true ? node[inclusive] : limit
    const isInteger = singleType(node) === 'integer'
    if (typeof bound !== 'number' || !isInteger) drop(exclusive)
    if (typeof bound === 'number') converted = tighten(converted, inclusive, isInteger ? next(bound) : bound)
  }
  return converted
}
