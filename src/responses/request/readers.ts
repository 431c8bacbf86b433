import { apiError } from '../../contract/errors.js'

/** A request object whose fields are not validated yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Returns a string field of the object at `path`. @throws 400 if it is missing or not a string */
export function requireString(object: JsonObject, name: string, path: string): string {
  const value = object[name]
  if (typeof value === 'string') return value
  const param = `${path}.${name}`
  if (value === undefined || value === null)
    throw apiError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
  throw apiError('invalid_type', `Invalid type for '${param}': expected a string.`, { param })
}

/** Returns a field if it is a non-empty string, otherwise undefined. */
export function optionalString(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Quotes a client's value for an error message. Of arrays and objects, only the type is named: they
 * may be deeply nested or have their own `toString`.
 */
export function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return `'${String(value).slice(0, 100)}'`
}

/** Makes a 400 error `invalid_value` whose message lists the supported values. */
export const unknownValueError = (value: unknown, supported: readonly string[], param: string): Error =>
  apiError(
    'invalid_value',
    `Invalid value: ${quoteValue(value)}. Supported values are: ${supported.map((each) => `'${each}'`).join(', ')}.`,
    { param },
  )
