import { apiError } from '../../contract/errors.js'

/** An object of a request whose members are still to be looked at. */
export type Fields = Readonly<Record<string, unknown>>

/** True for objects that are no arrays. */
export const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws 400 `missing_required_parameter` or `invalid_type` where the member is not a text */
export function textOf(fields: Fields, name: string, place: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  const param = `${place}.${name}`
  if (value === undefined || value === null)
    throw apiError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
  throw apiError('invalid_type', `Invalid type for '${param}': expected a string.`, { param })
}

/** The member where it is a text that says something. */
export function optionalTextOf(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What a client has sent, of any type: its own `toString`, or its depth, must not get to speak. */
const toWords = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return `'${String(value).slice(0, 100)}'`
}

/** 400 for a value that is none of the known ones. */
export const unknownValue = (value: unknown, known: readonly string[], param: string): Error =>
  apiError('invalid_value', `Invalid value: ${toWords(value)}. Supported values are: ${known.map((each) => `'${each}'`).join(', ')}.`, {
    param,
  })
