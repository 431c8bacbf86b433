import type { ValidationResult } from 'openapi-backend'
import { type ApiError, apiError, type ErrorName } from '../../contract/errors.js'
import { memberOf } from '../../contract/isRecord.js'

/** A request that failed validation, and the schema of its body: error messages quote both. */
export interface InvalidRequest {
  readonly body: unknown
  /** The declared query parameters. */
  readonly query: Readonly<Record<string, unknown>>
  readonly schema: unknown
}

type AjvError = Pick<NonNullable<ValidationResult['errors']>[number], 'keyword' | 'instancePath' | 'schemaPath' | 'params'>
/** The errors of Ajv, as openapi-backend returns them. */
export type ValidationErrors = readonly AjvError[]

const BODY_POINTER = '/requestBody'
const QUERY_POINTER = '/query/'

/** Makes a 400 like OpenAI's for the most deeply nested error that no other error causes. */
export function toValidationFailure(errors: ValidationErrors, request: InvalidRequest): ApiError {
  const candidates = errors.filter(
    (error) => !['anyOf', 'oneOf', 'if'].includes(error.keyword) && !followsFromTypeError(error, errors, request),
  )
  const [worst] = [...(candidates.length > 0 ? candidates : errors)].sort(
    (a, b) => depth(b) - depth(a) || typeErrorRank(a) - typeErrorRank(b),
  )
  if (worst === undefined) return apiError('invalid_value', 'The request does not match the API contract. See GET /openapi.json.')
  const rule = VALIDATION_RULES[worst.keyword] ?? genericError
  const subject = toSubject(worst, errors, request)
  const { code, message, param = subject.param } = rule(subject)
  return apiError(code, message, { param: param === '' ? null : param })
}

/** True for an enum or const error that follows from a wrong type, which another error reports. */
function followsFromTypeError({ keyword, instancePath, params }: AjvError, errors: ValidationErrors, request: InvalidRequest): boolean {
  if (keyword !== 'enum' && keyword !== 'const') return false
  const { value } = locate(instancePath, request)
  const allowed = keyword === 'enum' ? (params.allowedValues as unknown[]) : [params.allowedValue]
  if (allowed.some((each) => typeof each === typeof value)) return false
  return errors.some((other) => other.keyword === 'type' && other.instancePath === instancePath)
}

const depth = ({ keyword, instancePath }: AjvError): number =>
  instancePath.split('/').length + (keyword === 'required' || keyword === 'discriminator' ? 1 : 0)
const typeErrorRank = ({ keyword }: AjvError): number => (keyword === 'type' ? 1 : 0)

/** The parameter that a validation error is about. */
interface InvalidParam {
  readonly param: string
  readonly value: unknown
  readonly params: Readonly<Record<string, unknown>>
  /** The types that the branches of the schema accept for the value. */
  readonly types: readonly string[]
  /** The allowed values if the error is about a discriminator; otherwise empty. */
  readonly tags: readonly string[]
}

/** The error code and message for a validation error. */
interface ErrorContent {
  readonly code: ErrorName
  readonly message: string
  readonly param?: string
}

const NO_BODY = 'Missing JSON body. Send one with the header `Content-Type: application/json`.'

const missingParam = (param: string): ErrorContent => ({
  code: 'missing_required_parameter',
  message: param === '' ? NO_BODY : `Missing required parameter: '${param}'.`,
  param,
})

const boundRule =
  (side: 'below_min' | 'above_max') =>
  ({ param, value, params }: InvalidParam): ErrorContent => ({
    code: `${Number.isInteger(value) ? 'integer' : 'decimal'}_${side}_value`,
    message: `Invalid '${param}': ${side === 'below_min' ? 'too small' : 'too large'}. Expected a value ${params.comparison} ${params.limit}, but got ${String(value)} instead.`,
  })

const unsupportedValue = (param: string, value: unknown, allowed: readonly unknown[], advice = ''): ErrorContent => ({
  code: 'invalid_value',
  message: `Invalid value: ${quote(value)}. ${advice}Supported values are: ${allowed.map(quote).join(', ')}.`,
  param,
})

/** Tool types of other APIs, and the names in chat requests, which error messages suggest. */
const TOOL_NAMES_ELSEWHERE: readonly (readonly [names: RegExp, here: string])[] = [
  [/^(?:web_search(?:_preview)?(?:_\d{4}_\d\d_\d\d)?|googleSearch|google_search_retrieval)$/, 'google_search'],
  [/^urlContext$/, 'url_context'],
  [/^(?:code_interpreter|codeExecution)$/, 'code_execution'],
]

function unknownTag(tag: string, value: unknown, tags: readonly string[]): ErrorContent {
  const [, here] = TOOL_NAMES_ELSEWHERE.find(([names]) => typeof value === 'string' && names.test(value)) ?? []
  return unsupportedValue(tag, value, tags, here !== undefined && tags.includes(here) ? `Use '${here}' instead. ` : '')
}

const genericError = ({ param }: InvalidParam): ErrorContent => ({ code: 'invalid_value', message: `Invalid value for '${param}'.` })

const itemCountOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0)

const VALIDATION_RULES: Readonly<Record<string, (subject: InvalidParam) => ErrorContent>> = {
  required: ({ param, params }) => missingParam(joinPath(param, String(params.missingProperty))),
  discriminator: ({ param, params, tags }) => {
    const tag = joinPath(param, String(params.tag))
    return params.tagValue === undefined ? missingParam(tag) : unknownTag(tag, params.tagValue, tags)
  },
  enum: ({ param, value, params }) => unsupportedValue(param, value, (params.allowedValues as unknown[]) ?? []),
  const: ({ param, value, params }) => unsupportedValue(param, value, [params.allowedValue]),
  type: ({ param, value, types }) => ({
    code: 'invalid_type',
    message: `Invalid type for ${param === '' ? 'the request body' : `'${param}'`}: expected ${types.length > 1 ? 'one of ' : ''}${types.map(withArticle).join(' or ')}, but got ${describeType(value)} instead.`,
  }),
  minimum: boundRule('below_min'),
  exclusiveMinimum: boundRule('below_min'),
  maximum: boundRule('above_max'),
  exclusiveMaximum: boundRule('above_max'),
  pattern: ({ param, value, params }) => ({
    code: 'invalid_value',
    message: `Invalid '${param}': ${quote(value)} does not match ${params.pattern}.`,
  }),
  minItems: ({ param, value, params }) =>
    Array.isArray(value) && value.length === 0
      ? { code: 'empty_array', message: `Invalid '${param}': empty array. Expected at least one item.` }
      : {
          code: 'invalid_value',
          message: `Invalid '${param}': array too short. Expected at least ${params.limit} items, but got ${itemCountOf(value)}.`,
        },
  maxItems: ({ param, value, params }) => ({
    code: 'array_too_long',
    message: `Invalid '${param}': array too long. Expected at most ${params.limit} items, but got ${itemCountOf(value)}.`,
  }),
  maxLength: ({ param, params }) => ({
    code: 'invalid_value',
    message: `Invalid '${param}': string too long. Expected at most ${params.limit} characters.`,
  }),
  minLength: ({ param, params }) => ({
    code: 'string_too_short',
    message: `Invalid '${param}': string too short. Expected at least ${params.limit} character(s).`,
  }),
}

function toSubject(error: AjvError, errors: ValidationErrors, request: InvalidRequest): InvalidParam {
  const { body, schema } = request
  const pointer = toPointer(error.instancePath)
  const { param, value } = locate(error.instancePath, request)
  const isWhole = error.keyword === 'required' && error.params.missingProperty === 'requestBody'
  const types = errors
    .filter(({ keyword, instancePath }) => keyword === 'type' && instancePath === error.instancePath)
    .flatMap(({ params }) => params.type as string | string[])
  return {
    param,
    value,
    params: isWhole ? { missingProperty: '' } : error.params,
    types: [...new Set(types)].filter((type) => type !== 'null'),
    tags: error.keyword === 'discriminator' ? tagsAt(schema, pointer, { body, tag: String(error.params.tag) }) : [],
  }
}

/** Converts the instance path of an Ajv error to a JSON pointer within the body. */
const toPointer = (instancePath: string): string => (instancePath.startsWith(BODY_POINTER) ? instancePath.slice(BODY_POINTER.length) : '')

/** Converts an Ajv path to a parameter path such as `messages[0].content`, and finds its value. */
function locate(instancePath: string, { body, query }: InvalidRequest): { param: string; value: unknown } {
  const isQuery = instancePath.startsWith(QUERY_POINTER)
  const pointer = isQuery ? instancePath.slice(QUERY_POINTER.length - 1) : toPointer(instancePath)
  let value = isQuery ? query : body
  let param = ''
  for (const key of toKeys(pointer)) {
    param = Array.isArray(value) ? `${param}[${key}]` : joinPath(param, key)
    value = memberOf(value, key)
  }
  return { param, value }
}

const toKeys = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))

const joinPath = (param: string, name: string): string => (param === '' ? name : `${param}.${name}`)
const quote = (value: unknown): string =>
  typeof value === 'string' ? `'${value.slice(0, 100)}'` : String(JSON.stringify(value)).slice(0, 100)
const withArticle = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`

function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number out of range'
  return withArticle(typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value)
}

/**
 * The allowed discriminator values at a JSON pointer of the body. They are searched in the schema:
 * Ajv's error lacks them, and its schema path is incomplete for schemas that operations share.
 */
function tagsAt(schema: unknown, pointer: string, { body, tag }: { body: unknown; tag: string }): string[] {
  let value = body
  let schemas = branchesOf(schema, value)
  for (const key of toKeys(pointer)) {
    const path = Array.isArray(value) ? ['items'] : ['properties', key]
    value = memberOf(value, key)
    schemas = schemas.flatMap((each) => branchesOf(valueAt(each, path), value))
  }
  return [...new Set(schemas.filter((each) => discriminatorOf(each) === tag).flatMap((each) => listAt(each, 'oneOf')))].flatMap((branch) =>
    tagsOf(branch, tag),
  )
}

/** Returns a schema and its branches that may apply to the value; a discriminator selects one. */
function branchesOf(schema: unknown, value: unknown): unknown[] {
  const tag = discriminatorOf(schema)
  const chosen = tag === undefined ? [] : listAt(schema, 'oneOf').filter((each) => tagsOf(each, tag).includes(String(memberOf(value, tag))))
  return [schema, ...[...listAt(schema, 'anyOf'), ...chosen].flatMap((each) => branchesOf(each, value))]
}

function discriminatorOf(schema: unknown): string | undefined {
  const tag = valueAt(schema, ['discriminator', 'propertyName'])
  return typeof tag === 'string' ? tag : undefined
}

function tagsOf(branch: unknown, tag: string): string[] {
  const tags = valueAt(branch, ['properties', tag, 'enum']) ?? [valueAt(branch, ['properties', tag, 'const'])]
  return Array.isArray(tags) ? tags.filter((value): value is string => typeof value === 'string') : []
}

function listAt(schema: unknown, name: string): unknown[] {
  const list = memberOf(schema, name)
  return Array.isArray(list) ? list : []
}

const valueAt = (start: unknown, path: readonly string[]): unknown => path.reduce(memberOf, start)
