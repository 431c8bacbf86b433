import { invalidValue, isObject, refuseAll, unknownName, type Violation } from '../strict.js'
import type { JsonObject } from '../types.js'
import { PART_DATA } from './fields.js'
import type { EnumField, NativeField, NativeFields, Scalar } from './kinds.js'

const PACKAGE = 'type.googleapis.com/google.ai.generativelanguage.v1beta.'
const ABSENT = Symbol('absent')

/**
 * Parses a body as Google's proto-JSON parser does, and returns it with all names in camelCase and
 * without nulls, which mean unset.
 *
 * @throws Refusal 400 that lists every unknown name and wrong value
 */
export const parseNative = (body: JsonObject, fields: NativeFields): JsonObject => {
  const found: Violation[] = []
  const parsed = messageOf(body, fields, '', found)
  refuseAll(found)
  return parsed
}

function messageOf(value: JsonObject, fields: NativeFields, path: string, found: Violation[]): JsonObject {
  const result: { [name: string]: unknown } = {}
  for (const [given, entry] of Object.entries(value)) {
    const name = Object.hasOwn(fields, given) ? given : camelCase(given)
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field === undefined) {
      found.push(unknownName(given, path))
      continue
    }
    const at = path === '' ? snakeCase(name) : `${path}.${snakeCase(name)}`
    const parsed = parsedValue(entry, field, at, found)
    if (parsed !== ABSENT) result[name] = parsed
  }
  checkOneData(result, fields, path, found)
  return result
}

/** Checks that a part (a message with `functionCall`) has only one of its data fields. */
function checkOneData(value: JsonObject, fields: NativeFields, path: string, found: Violation[]): void {
  if (!('functionCall' in fields)) return
  const second = Object.keys(value).filter((name) => PART_DATA.some((data) => data === name))[1]
  if (second === undefined) return
  const description = `Invalid value at '${path}' (oneof), oneof field 'data' is already set. Cannot set '${second}'`
  found.push({ field: path, description })
}

function parsedValue(value: unknown, field: NativeField, path: string, found: Violation[]): unknown {
  if (typeof field === 'function') return parsedValue(value, field(), path, found)
  if (value === undefined || (value === null && field !== 'ANY')) return ABSENT
  if (typeof field === 'string') return scalarOf(value, field, path, found)
  switch (field.kind) {
    case 'message':
      if (isObject(value)) return messageOf(value, field.fields, path, found)
      break
    case 'list':
      // Google accepts one message instead of a list: recorded for `systemInstruction.parts`.
      return (Array.isArray(value) ? value : [value]).map((entry: unknown, index) =>
        parsedValue(entry, field.of, Array.isArray(value) ? `${path}[${index}]` : path, found),
      )
    case 'map':
      if (isObject(value)) return mapOf(value, field.of, path, found)
      break
    default:
      return enumOf(value, field, path, found)
  }
  found.push(invalidValue(path, 'TYPE_MESSAGE', value))
  return ABSENT
}

function mapOf(value: JsonObject, of: NativeField, path: string, found: Violation[]): JsonObject {
  const entries = Object.entries(value).map(
    ([key, entry], index) => [key, parsedValue(entry, of, `${path}[${index}].value`, found)] as const,
  )
  return Object.fromEntries(entries.filter(([, entry]) => entry !== ABSENT))
}

/** Parses an enum value. Numbers are accepted as well as names; some old clients send them. */
function enumOf(value: unknown, { type, kind, names }: EnumField, path: string, found: Violation[]): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  const name = typeof value === 'string' && kind === 'loose-enum' ? value.toUpperCase() : value
  if (typeof name === 'string' && names.includes(name)) return name
  found.push(invalidValue(path, `${PACKAGE}${type}`, value))
  return ABSENT
}

function scalarOf(value: unknown, type: Scalar, path: string, found: Violation[]): unknown {
  if (CHECKS[type](value)) return type === 'INT32' || type === 'INT64' || type === 'FLOAT' ? Number(value) : value
  if (type === 'BYTES' && typeof value === 'string') {
    const description = `Invalid value at '${path}' (TYPE_BYTES), Base64 decoding failed for ${JSON.stringify(value.slice(0, 40))}`
    found.push({ field: path, description })
  } else found.push(invalidValue(path, `TYPE_${type === 'STRUCT' ? 'MESSAGE' : type}`, value))
  return ABSENT
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)))
const isWhole = (value: unknown): boolean => isNumeric(value) && Number.isInteger(Number(value))

const CHECKS: { readonly [type in Scalar]: (value: unknown) => boolean } = {
  STRING: (value) => typeof value === 'string',
  BOOL: (value) => typeof value === 'boolean',
  INT32: (value) => isWhole(value) && Math.abs(Number(value)) < 2 ** 31,
  INT64: isWhole,
  FLOAT: isNumeric,
  BYTES: (value) => typeof value === 'string' && value.replace(/=+$/, '').length % 4 !== 1 && BASE64.test(value),
  STRUCT: isObject,
  ANY: () => true,
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
