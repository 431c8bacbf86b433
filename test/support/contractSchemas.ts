import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import contract from '../../generated/openapi.json' with { type: 'json' }

/** An object of the OpenAPI document, such as an operation or a schema. */
export type ContractPart = Readonly<Record<string, unknown>>

const DOCUMENT: ContractPart = contract
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/**
 * Resolves the `$ref` of an object in the document; an object without one is returned unchanged.
 */
export const resolved = (node: ContractPart | undefined): ContractPart | undefined => {
  if (typeof node?.$ref !== 'string') return node
  return node.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as ContractPart)[key], DOCUMENT) as ContractPart
}

const exampleOf = ({ parameters }: ContractPart, name: string): string =>
  String((parameters as ContractPart[] | undefined)?.find((parameter) => parameter.name === name)?.example)

/**
 * Returns the first example of an operation's request body, as a form if it is one; undefined if
 * the operation has no body.
 */
const sampleBodyOf = ({ requestBody }: ContractPart): unknown => {
  const { content = {} } = (requestBody ?? {}) as {
    readonly content?: Record<string, { schema: ContractPart; examples: Record<string, ContractPart> }>
  }
  const [type] = Object.keys(content).filter((each) => content[each]?.examples !== undefined)
  const { schema, examples } = content[type ?? ''] ?? {}
  const sample = resolved(Object.values(examples ?? {})[0])?.value
  return type === 'multipart/form-data'
    ? toForm(sample as ContractPart, resolved(schema)?.properties as Record<string, ContractPart>)
    : sample
}

/**
 * Converts the example of a request to a form. The text of a file member becomes the file's
 * content.
 */
function toForm(sample: ContractPart, properties: Readonly<Record<string, ContractPart>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(sample)) {
    const isFile = JSON.stringify(properties[name]).includes('"binary"')
    const isList = Array.isArray(value)
    for (const item of isList ? value : [value])
      form.append(isList ? `${name}[]` : name, isFile ? new File([String(item)], 'sample') : String(item))
  }
  return form
}

/** All operations of the contract, with what tests need to send a valid request to each. */
export const OPERATIONS = Object.entries(DOCUMENT.paths as Record<string, Record<string, ContractPart>>).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({
      path,
      /** The path with the examples of its parameters. */
      samplePath: path.replace(/\{(\w+)\}/g, (_, name: string) => exampleOf(operation, name)),
      /**
       * A getter, because the contract check in other processes must not load Node.js's code for
       * forms.
       */
      get sampleBody() {
        return sampleBodyOf(operation)
      },
      pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      method: method.toUpperCase(),
      operationId: String(operation.operationId),
      isOpen: Array.isArray(operation.security) && operation.security.length === 0,
      /** True if the operation names a model without using tokens that Google bills. */
      isUnbilled: operation['x-unbilled'] === true,
      responses: operation.responses as Readonly<Record<string, ContractPart>>,
    })),
)

const ROOT = 'contract.json'

function makeAjv(): Ajv2020 {
  const made = new Ajv2020({ strict: false, allErrors: false, validateFormats: false })
  made.removeKeyword('contentMediaType')
  made.removeKeyword('contentSchema')
  // In JSON Schema, these keywords are only annotations. Here they validate the JSON text in the
  // data of an event.
  made.addKeyword({
    keyword: 'contentSchema',
    validate: (schema: ContractPart, data: unknown) => !isJson(data) || validatorOf(schema)(parsed(data)),
  })
  made.addKeyword({ keyword: 'contentMediaType', validate: (_type: string, data: unknown) => isJson(data) })
  made.addSchema(DOCUMENT, ROOT)
  return made
}

// Created for the first response, because most processes that load the contract check send none.
let ajv: Ajv2020 | undefined
const ofNode = new WeakMap<ContractPart, ValidateFunction>()

/**
 * Returns the function that validates values of a schema. References in the schema start at the
 * root of the contract.
 */
function validatorOf(schema: ContractPart): ValidateFunction {
  const known = ofNode.get(schema)
  if (known !== undefined) return known
  ajv ??= makeAjv()
  const made = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${ROOT}#/`)) as object)
  ofNode.set(schema, made)
  return made
}

/** Returns the schema violations of a value; undefined if there are none. */
export function problemOf(schema: ContractPart, value: unknown): string | undefined {
  const validate = validatorOf(schema)
  return validate(value) ? undefined : ajv?.errorsText(validate.errors)
}

/** Returns whether a text is JSON. */
export function isJson(text: unknown): text is string {
  return typeof text === 'string' && parsed(text) !== undefined
}

// Cached, because several keywords parse the same event data, which can be long.
let last: { readonly text: string; readonly value: unknown } = { text: '', value: undefined }

const LONGEST_KEPT = 100_000

function parsed(text: string): unknown {
  if (last.text === text) return last.value
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (text.length <= LONGEST_KEPT) last = { text, value }
  return value
}
