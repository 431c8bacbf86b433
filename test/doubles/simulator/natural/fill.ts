import { sampleOf } from '../sample.js'
import { isObject } from '../strict.js'
import type { JsonObject } from '../types.js'
import { coordinateFor } from './cities.js'
import type { Fact } from './facts.js'
import { fitsText, matchOf, textMatching } from './limits.js'
import { numbersFor, type Slot, type Source, valuesFor } from './slots.js'
import { piecesOf } from './words.js'

const MAX_DEPTH = 12
const MAX_ITEMS = 20

/** A value that was made for a schema from a text. */
export interface Filled {
  readonly value: unknown
  /** The facts that the value contains. */
  readonly used: ReadonlySet<Fact>
  /** False if no part of the value is from the text. */
  readonly isGrounded: boolean
}

/**
 * The purpose of a value. The arguments of a call omit optional values that are not in the text,
 * while the JSON of an answer has a value for every property.
 */
export type Purpose = 'call' | 'answer'

interface Work {
  readonly source: Source
  readonly used: Set<Fact>
  readonly purpose: Purpose
  isGrounded: boolean
}

/** Makes a value that matches a schema, with values from a text. */
export function fill(schema: unknown, source: Source, purpose: Purpose): Filled {
  const work: Work = { source, used: new Set(), purpose, isGrounded: false }
  const value = makeValue(work, schema, { name: 'value', description: '', isRequired: true }, 0) ?? {}
  return { value, used: work.used, isGrounded: work.isGrounded }
}

/** Makes a value for a schema; undefined if it is optional and the text does not contain one. */
function makeValue(work: Work, schema: unknown, slot: Slot, depth: number): unknown {
  if (!isObject(schema)) return slot.isRequired ? sampleOf(schema, slot.name) : undefined
  const found = foundValue(work, schema, slot, depth)
  if (found !== undefined || !slot.isRequired) return found
  if ('default' in schema) return schema.default
  if (isNullable(schema) && work.purpose === 'call') return null
  const pattern = typeof schema.pattern === 'string' && typeOf(schema) === 'string' ? textMatching(schema.pattern) : undefined
  return (
    exampleOf(schema) ?? pattern ?? (work.purpose === 'answer' ? answerText(work, schema) : undefined) ?? sampleOf(schema, slot.name, depth)
  )
}

function foundValue(work: Work, schema: JsonObject, slot: Slot, depth: number): unknown {
  if ('const' in schema) return slot.isRequired ? schema.const : undefined
  const known = work.source.data?.[slot.name]
  if (known !== undefined && isOf(schema, known)) return ground(work, known)
  if (Array.isArray(schema.enum)) return ground(work, matchOf(schema.enum, work.source.text))
  const options: unknown = schema.anyOf
  if (Array.isArray(options)) {
    const real = options.filter((option) => !isObject(option) || option.type !== 'null')
    for (const option of real) {
      const value = isObject(option)
        ? foundValue(work, option, { ...slot, description: slot.description || textIn(option.description) }, depth)
        : undefined
      if (value !== undefined) return value
    }
    return undefined
  }
  return FILLERS[typeOf(schema)]?.(work, schema, slot, depth)
}

type Filler = (work: Work, schema: JsonObject, slot: Slot, depth: number) => unknown

const FILLERS: { readonly [type: string]: Filler } = {
  object: objectOf,
  array: arrayOf,
  string: stringOf,
  integer: (work, schema, slot) => numberOf(work, schema, slot, true),
  number: (work, schema, slot) => numberOf(work, schema, slot, false),
  boolean: booleanOf,
}

function objectOf(work: Work, schema: JsonObject, { isRequired }: Slot, depth: number): JsonObject | undefined {
  const properties = isObject(schema.properties) && depth < MAX_DEPTH ? schema.properties : {}
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  const before = work.used.size
  const values: { [name: string]: unknown } = {}
  const rank = ([name, property]: [string, unknown]): number =>
    (required.includes(name) ? 0 : 2) + (isObject(property) && typeOf(property) === 'array' ? 0 : 1)
  const inOrder = Object.entries(properties).sort((a, b) => rank(a) - rank(b))
  for (const [name, property] of inOrder) {
    const isNeeded = work.purpose === 'answer' || required.includes(name)
    const slot = { name, description: isObject(property) ? textIn(property.description) : '', isRequired: isNeeded }
    values[name] = makeValue(work, property, slot, depth + 1)
  }
  if (!isRequired && work.used.size === before) return undefined
  return Object.fromEntries(Object.keys(properties).flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])))
}

function arrayOf(work: Work, schema: JsonObject, slot: Slot, depth: number): unknown[] | undefined {
  const most = Math.min(MAX_ITEMS, typeof schema.maxItems === 'number' ? schema.maxItems : MAX_ITEMS)
  const least = typeof schema.minItems === 'number' ? schema.minItems : 0
  const found: unknown[] = []
  const isText = isObject(schema.items) && typeOf(schema.items) === 'string'
  while (found.length < most) {
    const before = work.used.size
    const item = isObject(schema.items) ? foundValue(work, schema.items, { ...slot, isList: true }, depth + 1) : undefined
    // Without new facts, the array ends: a value such as the whole text must not be repeated.
    if (item === undefined || (work.used.size === before && (found.length > 0 || !isText))) break
    found.push(item)
  }
  if (found.length === 0) return undefined
  while (found.length < least) found.push(sampleOf(schema.items, slot.name, depth + 1))
  return found
}

function stringOf(work: Work, schema: JsonObject, slot: Slot): string | undefined {
  for (const candidate of valuesFor(work.source, slot)) {
    const isFact = typeof candidate !== 'string'
    if (isFact && work.used.has(candidate)) continue
    const text = fitsText(schema, isFact ? candidate.value : candidate, work.source)
    if (text === undefined) continue
    if (isFact) work.used.add(candidate)
    return ground(work, text)
  }
  return undefined
}

function numberOf(work: Work, schema: JsonObject, slot: Slot, isInteger: boolean): number | undefined {
  const place = isInteger ? undefined : coordinateFor(slot.name, work.source.facts)
  if (place !== undefined) {
    work.used.add(place.fact)
    return ground(work, place.value)
  }
  const { sure, all } = numbersFor(work.source, slot)
  const fact = [...sure, ...(slot.isRequired ? all : [])].find((candidate) => !work.used.has(candidate))
  if (fact === undefined) return undefined
  work.used.add(fact)
  const least = typeof schema.minimum === 'number' ? schema.minimum : Number.NEGATIVE_INFINITY
  const most = typeof schema.maximum === 'number' ? schema.maximum : Number.POSITIVE_INFINITY
  const value = isInteger ? Math.round(Number(fact.value)) : Number(fact.value)
  return ground(work, Math.max(least, Math.min(most, value)))
}

function booleanOf(work: Work, _schema: JsonObject, slot: Slot): boolean | undefined {
  const words = piecesOf(slot.name)
    .map(({ text }) => text.toLowerCase())
    .filter((word) => !/^(?:is|has|should|include|with|use|enable|enabled|only)$/.test(word))
  const text = work.source.text.toLowerCase()
  const at = words.length === 0 ? -1 : text.indexOf(words.join(' '))
  if (at === -1) return slot.isRequired && work.purpose === 'call' ? false : undefined
  return ground(work, !/\b(?:no|not|without|don't)\s+(?:\w+\s+)?$/.test(text.slice(Math.max(0, at - 20), at)))
}

function ground<T>(work: Work, value: T): T {
  if (value !== undefined) work.isGrounded = true
  return value
}

/** Finds an example in a schema, or in its description: "The city, e.g. San Francisco, CA". */
function exampleOf(schema: JsonObject): unknown {
  if (typeOf(schema) !== 'string' || Array.isArray(schema.enum)) return undefined
  const examples: unknown = schema.examples
  if (typeof schema.example === 'string') return fitsText(schema, schema.example)
  if (Array.isArray(examples) && typeof examples[0] === 'string') return fitsText(schema, examples[0])
  const said = /(?:e\.g\.|for example|such as|例如|比如)[,:，：]?\s*["'“`]?([^"'”`;()（）\n]{1,60})/i.exec(textIn(schema.description))?.[1]
  return said === undefined ? undefined : fitsText(schema, said.trim().replace(/[.。]+$/, ''))
}

function answerText({ source }: Work, schema: JsonObject): string | undefined {
  if (typeOf(schema) !== 'string' || Array.isArray(schema.enum) || source.text.trim().split(/\s+/).length < 2) return undefined
  return fitsText(schema, source.text.trim().slice(0, 200))
}

/** True if a value, such as a member of a tool result, is a scalar that the schema allows. */
function isOf(schema: JsonObject, value: unknown): boolean {
  if (Array.isArray(schema.enum)) return schema.enum.includes(value)
  const type = typeOf(schema)
  if (typeof value === 'string') return type === 'string' && fitsText(schema, value) === value
  if (typeof value !== 'number') return type === typeof value && type === 'boolean'
  const isInside = value >= Number(schema.minimum ?? value) && value <= Number(schema.maximum ?? value)
  return isInside && (type === 'number' || (type === 'integer' && Number.isInteger(value)))
}

const isNullable = (schema: JsonObject): boolean =>
  schema.nullable === true ||
  (Array.isArray(schema.type) && schema.type.includes('null')) ||
  (Array.isArray(schema.anyOf) && schema.anyOf.some((option) => isObject(option) && option.type === 'null'))

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

function typeOf(schema: JsonObject): string {
  const { type } = schema
  const first: unknown = Array.isArray(type) ? type.find((entry) => entry !== 'null') : type
  if (typeof first === 'string') return first.toLowerCase()
  return 'properties' in schema ? 'object' : 'string'
}
