import { apiError } from '../../contract/errors.js'

/** An object of a request whose members are not validated yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Returns a string of the object at `path`. @throws 400 if it is missing or of another type */
export function requireString(object: JsonObject, name: string, path: string): string {
  const value = object[name]
  if (typeof value === 'string') return value
  const param = `${path}.${name}`
  if (value === undefined || value === null)
    throw apiError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
  throw apiError('invalid_type', `Invalid type for '${param}': expected a string.`, { param })
}

/** Returns a member if it is a non-empty string. */
export function optionalString(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Quotes a value of a client; only names an object, which may be deeply nested or have its own
 * `toString`.
 */
export function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return `'${String(value).slice(0, 100)}'`
}

/** Makes the 400 `invalid_value` for a value that is not one of the supported ones. */
export const unknownValue = (value: unknown, supported: readonly string[], param: string): Error =>
  apiError(
    'invalid_value',
    `Invalid value: ${quoteValue(value)}. Supported values are: ${supported.map((each) => `'${each}'`).join(', ')}.`,
    { param },
  )
