import { apiError } from '../../../contract/errors.js'
import { merge } from './merge.js'
import { type Drop, isNode, type SchemaNode, without } from './node.js'
import type { References } from './references.js'

/** Where a schema stands, and who is told what it loses. */
export interface Place {
  /** Such as `tools[0].function.parameters.properties.age`. */
  readonly path: string
  readonly depth: number
  readonly drop: Drop
}

/**
 * Writes out the `$ref` and `allOf` of a schema, as deep as they lead; what is below stays as it is.
 *
 * @param references - of the document that the schema belongs to
 * @returns a schema without `$ref`, `allOf`, `$defs` and `definitions`; the same one where there were none
 * @throws ApiError 400 for what is no schema, and for references that cannot be followed
 */
export function flatten(schema: unknown, place: Place, references: References): SchemaNode {
  if (schema === true) return {}
  if (schema === false) {
    place.drop('')
    return {}
  }
  if (!isNode(schema)) throw apiError('invalid_type', 'A JSON Schema must be an object or a boolean.', { param: place.path })
  // Clients send null for what they leave out.
  const unset = Object.keys(schema).filter((keyword) => schema[keyword] === null && keyword !== 'const')
  const own = without(schema, '$ref', 'allOf', '$defs', 'definitions', ...unset)
  const deeper = { ...place, depth: place.depth + 1 }
  let flat = own
  for (const part of partsOf(schema, place, references)) {
    references.countNode(place.path, deeper.depth)
    const one = flatten(part, deeper, references)
    flat = flat === own && Object.keys(own).length === 0 ? one : merge(flat, one, place.drop)
  }
  return flat
}

function partsOf({ $ref, allOf }: SchemaNode, { path }: Place, references: References): readonly unknown[] {
  const parts: unknown[] = $ref === undefined || $ref === null ? [] : [references.resolve($ref, path)]
  if (Array.isArray(allOf)) parts.push(...allOf)
  else if (allOf !== undefined && allOf !== null)
    throw apiError('invalid_type', '`allOf` must be an array of JSON Schemas.', { param: path })
  return parts
}
