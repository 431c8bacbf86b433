import { apiError } from '../../contract/errors.js'
import { memberOf } from '../../contract/isRecord.js'
import type { UploadedFile } from '../../contract/types.js'
import type { FormMembers, FormValue } from './readForm.js'

/**
 * Converts the texts of a form to the types that a schema declares: numbers, booleans, objects,
 * lists of one item. A text that cannot be converted stays a text, which the validation refuses.
 *
 * @throws ApiError 400 for a text or an object where a file is expected
 */
export const toTypedForm = (form: FormMembers, schema: unknown): Readonly<Record<string, unknown>> => toTypedMembers(form, [schema], '')

function toTypedMembers(members: FormMembers, branches: readonly unknown[], prefix: string): Readonly<Record<string, unknown>> {
  const properties = branches.map((branch) => memberOf(branch, 'properties')).find((each) => each !== undefined)
  const toEntry = ([name, value]: [string, FormValue]) => [name, toTyped(value, memberOf(properties, name), `${prefix}${name}`)] as const
  return Object.fromEntries(Object.entries(members).map(toEntry))
}

function toTyped(value: FormValue, schema: unknown, param: string): unknown {
  const branches = alternativesOf(schema)
  const types = new Set(branches.flatMap((branch) => memberOf(branch, 'type')))
  const items = branches.map((branch) => memberOf(branch, 'items')).find((each) => each !== undefined)
  if (Array.isArray(value)) return value.map((item, index) => toTyped(item, items, `${param}[${index}]`))
  if (items !== undefined && types.size === 1) return [toTyped(value, items, `${param}[0]`)]
  if (typeof value !== 'string' && isFile(value)) return value
  // An object of form values is no file, even if its names are those of an UploadedFile's members.
  if (branches.some((branch) => memberOf(branch, 'format') === 'binary')) throw expectedFileError(value, param)
  if (typeof value !== 'string') return toTypedMembers(value, branches, `${param}.`)
  if (types.has('string')) return value
  if ((types.has('number') || types.has('integer')) && NUMBER.test(value)) return Number(value)
  if (types.has('boolean') && (value === 'true' || value === 'false')) return value === 'true'
  if (types.has('object') && value.startsWith('{') && value.length <= LONGEST_OBJECT) return parseObject(value)
  return value
}

const NUMBER = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i

// Longest form value, in characters, to parse as JSON: some clients send objects as JSON text.
const LONGEST_OBJECT = 10_000

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const expectedFileError = (value: string | FormMembers, param: string): Error =>
  apiError(
    'invalid_type',
    `Invalid type for '${param}': expected a file, but got ${typeof value === 'string' ? 'a string' : 'an object'} instead.`,
    {
      param,
    },
  )

const isFile = (value: UploadedFile | FormMembers): value is UploadedFile => value.bytes instanceof Uint8Array

/** Returns the branches of a schema with `anyOf` or `oneOf`; for others, the schema itself. */
function alternativesOf(schema: unknown): readonly unknown[] {
  const branches = memberOf(schema, 'anyOf') ?? memberOf(schema, 'oneOf')
  return Array.isArray(branches) ? branches : [schema]
}
