import { type Document, OpenAPIBackend, type Options } from 'openapi-backend'
import { isRecord, memberOf } from '../../contract/isRecord.js'

/** Makes an OpenAPIBackend for the OpenAPI contract, and changes `document` in place. */
export const makeBackend = (document: object, options: Partial<Options> = {}): OpenAPIBackend =>
  new OpenAPIBackend({
    definition: withFormSchemas(withoutMappings(document)) as Document,
    quick: true,
    strict: true,
    ...options,
    // `unicode` is off: counting the code points of a 10 MB image would take 30 ms.
    // `strictNumbers` rejects Infinity, to which JSON.parse converts numbers such as 1e400.
    ajvOpts: {
      ...{ discriminator: true, unicode: false, logger: false, messages: false, strictNumbers: true },
      ...options.ajvOpts,
    } as NonNullable<Options['ajvOpts']>,
  })

/** Removes each `discriminator.mapping`: the type generator needs it, but Ajv rejects it. */
function withoutMappings(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if ('discriminator' in node && isRecord(node.discriminator)) Reflect.deleteProperty(node.discriminator, 'mapping')
  for (const child of Object.values(node)) withoutMappings(child)
  return node
}

/** The media type of a form that may hold files. */
export const FORM_TYPE = 'multipart/form-data'

/**
 * Adapts the schemas of forms for validation: a file becomes an object. If an operation takes JSON
 * as well, its JSON schema gets the form's members, because that schema then validates both.
 */
function withFormSchemas(document: unknown): unknown {
  for (const item of valuesOf(memberOf(document, 'paths'))) {
    for (const operation of valuesOf(item)) {
      const content = memberOf(memberOf(operation, 'requestBody'), 'content')
      const form = memberOf(memberOf(content, FORM_TYPE), 'schema')
      if (!isRecord(form)) continue
      const resolved = toFileObjects(resolveRef(document, form))
      Object.assign(content as object, { [FORM_TYPE]: { schema: resolved } })
      const json = resolveRef(document, memberOf(memberOf(content, 'application/json'), 'schema'))
      if (isRecord(json)) Object.assign(content as object, { 'application/json': { schema: joinSchemas(json, resolved) } })
    }
  }
  return document
}

const valuesOf = (value: unknown): unknown[] => (isRecord(value) ? Object.values(value) : [])

/** Follows the `$ref` of a schema within its document. */
function resolveRef(document: unknown, schema: unknown): unknown {
  const reference = memberOf(schema, '$ref')
  return typeof reference === 'string' ? reference.split('/').slice(1).reduce(memberOf, document) : schema
}

/** Copies a schema and gives files the type `object`, because readForm returns them as objects. */
function toFileObjects(node: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(node), (_key, each) => (each?.format === 'binary' ? { ...each, type: 'object' } : each))
}

function joinSchemas(json: Readonly<Record<string, unknown>>, form: Readonly<Record<string, unknown>>): object {
  const required = (schema: object): unknown[] => ('required' in schema && Array.isArray(schema.required) ? schema.required : [])
  return {
    ...json,
    properties: { ...(form.properties as object), ...(json.properties as object) },
    required: required(json).filter((name) => required(form).includes(name)),
  }
}
