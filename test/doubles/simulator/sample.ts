import { isObject } from './strict.js'
import type { JsonObject } from './types.js'

const MAX_DEPTH = 12

/** Makes a value that satisfies the schema: deterministic, with every property present. */
export const sampleOf = (schema: unknown, name = 'value', depth = 0): unknown => {
  if (!isObject(schema)) return name
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (Array.isArray(schema.anyOf)) return sampleOf(schema.anyOf[0], name, depth)
  const type = typeOf(schema)
  return SAMPLES[type]?.(schema, name, depth) ?? null
}

function typeOf(schema: JsonObject): string {
  const { type } = schema
  const first: unknown = Array.isArray(type) ? type.find((entry) => entry !== 'null') : type
  if (typeof first === 'string') return first.toLowerCase()
  return 'properties' in schema ? 'object' : 'string'
}

type Sampler = (schema: JsonObject, name: string, depth: number) => unknown

const SAMPLES: { readonly [type: string]: Sampler } = {
  object: (schema, _name, depth) => {
    const properties = isObject(schema.properties) && depth < MAX_DEPTH ? schema.properties : {}
    return Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, sampleOf(child, key, depth + 1)]))
  },
  array: (schema, name, depth) => {
    const length = typeof schema.minItems === 'number' ? schema.minItems : depth < MAX_DEPTH ? 1 : 0
    return Array.from({ length }, () => sampleOf(schema.items, name, depth + 1))
  },
  string: (schema, name) => {
    if (schema.format === 'date-time') return '2026-11-24T00:00:00Z'
    const least = typeof schema.minLength === 'number' ? schema.minLength : 0
    const text = name.padEnd(least, 'x')
    return typeof schema.maxLength === 'number' ? text.slice(0, schema.maxLength) : text
  },
  integer: (schema) => Math.ceil(numberOf(schema)),
  number: numberOf,
  boolean: () => true,
}

function numberOf(schema: JsonObject): number {
  const least = typeof schema.minimum === 'number' ? schema.minimum : 1
  return typeof schema.maximum === 'number' ? Math.min(least, schema.maximum) : least
}
