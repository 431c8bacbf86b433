import { omit } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import { merge } from './merge.js'
import type { Drop, SchemaNode } from './node.js'
import type { RefResolver } from './references.js'

/** The position of a schema in the request. */
export interface Position {
  /** Path of the schema, such as `tools[0].function.parameters.properties.age`. */
  readonly path: string
  /** Number of schemas around it. */
  readonly depth: number
  /** Reports what is removed from the schema. */
  readonly drop: Drop
}

/**
 * Expands the `$ref` and `allOf` of a schema, including those that they lead to, and removes its
 * `$defs` and `definitions`. Its members are not touched.
 *
 * @throws ApiError 400 for a value that is no schema, and for a reference that cannot be followed
 */
export function flatten(schema: unknown, position: Position, references: RefResolver): SchemaNode {
  if (schema === false) position.drop('')
  if (typeof schema === 'boolean') return {}
  if (!isRecord(schema)) throw apiError('invalid_type', 'A JSON Schema must be an object or a boolean.', { param: position.path })
  // Clients send null for a keyword that is not set.
  const unset = Object.keys(schema).filter((keyword) => schema[keyword] === null && keyword !== 'const')
  const own = omit(schema, '$ref', 'allOf', '$defs', 'definitions', ...unset)
  const deeper = { ...position, depth: position.depth + 1 }
  let flat = own
  for (const part of collectParts(schema, position, references)) {
    references.countNode(position.path, deeper.depth)
    const one = flatten(part, deeper, references)
    flat = flat === own && Object.keys(own).length === 0 ? one : merge(flat, one, position.drop)
  }
  return flat
}

/** Returns the schemas that must hold besides the keywords of this one. */
function collectParts({ $ref, allOf }: SchemaNode, { path }: Position, references: RefResolver): readonly unknown[] {
  const parts: unknown[] = $ref === undefined || $ref === null ? [] : [references.resolve($ref, path)]
  if (Array.isArray(allOf)) parts.push(...allOf)
  else if (allOf !== undefined && allOf !== null)
    throw apiError('invalid_type', '`allOf` must be an array of JSON Schemas.', { param: path })
  return parts
}
