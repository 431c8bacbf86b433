import { badRequest } from './errorDetails.js'
import { Refusal } from './errors.js'
import { type Field, type Message, PART_FIELDS } from './fields.js'
import type { JsonObject } from './types.js'

/** One unknown field or invalid value, with Google's message and the path of the field. */
export interface Violation {
  readonly field?: string
  readonly description: string
}

/** Returns whether the value is a JSON object: neither an array nor null. */
export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Google's message for an unknown field. It names no path for a field of the top level (`''`). */
export const unknownName = (name: string, path: string, reason = 'Cannot find field.'): Violation => {
  const location = path === '' ? '' : ` at '${path}'`
  const description = `Invalid JSON payload received. Unknown name "${name}"${location}: ${reason}`
  return path === '' ? { description } : { field: path, description }
}

/** Google's message for a value of the wrong type. */
export const invalidValue = (path: string, type: string, value: unknown): Violation => ({
  field: path,
  description: `Invalid value at '${path}' (${type}), ${JSON.stringify(value)}`,
})

/** Throws one refusal that lists all violations, if there are any. */
export const refuseAll = (violations: readonly Violation[]): void => {
  if (violations.length === 0) return
  const message = violations.map((violation) => violation.description).join('\n')
  throw new Refusal({ code: 400, message, status: 'INVALID_ARGUMENT', details: [badRequest(violations)] })
}

/**
 * Returns a violation for every unknown name and wrong type in a body. As in a proto-JSON parser,
 * null means that a field is not set.
 */
export const violationsOf = (value: JsonObject, message: Message, path = ''): Violation[] => {
  const found: Violation[] = []
  checkMessage(value, message, path, found)
  return found
}

function checkMessage(value: JsonObject, message: Message, path: string, found: Violation[]): void {
  for (const name of Object.keys(value)) {
    const field = Object.hasOwn(message, name) ? message[name] : undefined
    if (field === undefined) found.push(unknownName(name, path))
    else checkField(value[name], field, path === '' ? name : `${path}.${name}`, found)
  }
}

function checkField(value: unknown, field: Field, path: string, found: Violation[]): void {
  if (value === null || value === undefined) return
  if (typeof field === 'string') checkScalar(value, field, path, found)
  else if (isRepeated(field)) checkRepeated(value, field[0], path, found)
  else if (isObject(value)) checkMessage(value, field, path, found)
  else found.push(invalidValue(path, 'TYPE_MESSAGE', value))
}

function isRepeated(field: Message | readonly [Message]): field is readonly [Message] {
  return Array.isArray(field)
}

function checkRepeated(value: unknown, item: Message, path: string, found: Violation[]): void {
  if (!Array.isArray(value)) {
    found.push(invalidValue(path, 'TYPE_MESSAGE', value))
    return
  }
  value.forEach((entry: unknown, index) => {
    const entryPath = `${path}[${index}]`
    if (isObject(entry)) checkMessage(entry, item, entryPath, found)
    else found.push(invalidValue(entryPath, 'TYPE_MESSAGE', entry))
  })
}

function checkScalar(value: unknown, type: 'STRING' | 'BOOL' | 'INT32' | 'FLOAT' | 'any', path: string, found: Violation[]): void {
  if (type === 'any') {
    if (path.endsWith('.content')) checkContent(value, path, found)
  } else if (!SCALARS[type](value)) found.push(invalidValue(path, `TYPE_${type}`, value))
}

// Google's proto-JSON parser also accepts numbers in quotes.
const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)))

const SCALARS = {
  STRING: (value: unknown) => typeof value === 'string',
  BOOL: (value: unknown) => typeof value === 'boolean',
  INT32: (value: unknown) => isNumeric(value) && Number.isInteger(Number(value)) && Math.abs(Number(value)) < 2 ** 31,
  FLOAT: isNumeric,
} as const

function checkContent(value: unknown, path: string, found: Violation[]): void {
  if (typeof value === 'string') return
  if (Array.isArray(value)) checkRepeated(value, PART_FIELDS, path, found)
  else found.push(invalidValue(path, 'TYPE_STRING', value))
}
