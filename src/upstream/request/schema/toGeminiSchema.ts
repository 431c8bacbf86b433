import { apiError } from '../../../contract/errors.js'
import { applyAll } from '../../../contract/repair.js'
import { intoBranches, oneObject, withoutNullBranch } from './alternatives.js'
import { flatten, type Place } from './flatten.js'
import { isNode, mapEntries, mapMembers, type SchemaNode } from './node.js'
import { makeReferences, type References, tooLarge } from './references.js'
import { KEYWORD_RULES, SHAPE_RULES } from './rules.js'
import { checkSize } from './size.js'

/**
 * Brings a JSON Schema to what Gemini's OpenAI-compatible endpoint takes.
 *
 * @param schema - parameters of a tool, or the schema of a `json_schema` response format; never changed
 * @param path - where it stands in the request, such as `tools[0].function.parameters`
 * @param onDropped - is told the path of each constraint that could not be kept, once each
 * @returns the schema as Gemini takes it; the same object where nothing had to change
 * @throws ApiError 400: `unsupported_value` for a recursive or too large schema, `invalid_value` for a
 *   reference to nothing, `invalid_type` for what is no schema
 */
export function toGeminiSchema(schema: unknown, path: string, onDropped: (path: string) => void): Record<string, unknown> {
  checkSize(schema, path)
  const dropped = new Set<string>()
  const translator = makeTranslator(makeReferences(schema), (place) => dropped.add(place))
  try {
    const translated = translator(schema, path, 0)
    dropped.forEach((place) => {
      onDropped(place)
    })
    return translated
  } catch (error) {
    // The stack overflows on a nesting of many thousands, in a `default` for instance, before the depth is counted.
    throw error instanceof RangeError ? tooLarge(path) : error
  }
}

type Translator = (schema: unknown, path: string, depth: number) => SchemaNode

function makeTranslator(references: References, onDropped: (path: string) => void): Translator {
  const placeOf = (path: string, depth: number): Place => ({
    path,
    depth,
    drop: (keyword) => onDropped(keyword === '' ? path : `${path}.${keyword}`),
  })

  const translate: Translator = (schema, path, depth) => {
    references.countNode(path, depth)
    const place = placeOf(path, depth)
    const node = applyAll(KEYWORD_RULES, shaped(schema, place, references), place.drop)
    const branched = intoBranches(node, path, references)
    const mended = mapMembers(branched, (value, keyword) => children(keyword, value, place))
    return depth === 0 && branched !== node ? oneObject(mended, place.drop) : mended
  }

  const children = (keyword: string, value: unknown, { path, depth }: Place): unknown => {
    const at = `${path}.${keyword}`
    if (keyword === 'items') return translate(value, at, depth + 1)
    if (keyword === 'anyOf' && Array.isArray(value)) return mapEntries(value, (one, index) => translate(one, `${at}[${index}]`, depth + 1))
    if (keyword !== 'properties') return value
    if (!isNode(value)) throw apiError('invalid_type', '`properties` must be an object of JSON Schemas.', { param: at })
    return mapMembers(value, (one, name) => translate(one, `${at}.${name}`, depth + 1))
  }

  return translate
}

/** Writes out what a schema refers to and settles its types, until no single alternative is left to be taken in. */
function shaped(schema: unknown, place: Place, references: References): SchemaNode {
  let node = flatten(schema, place, references)
  for (;;) {
    const settled = withoutNullBranch(applyAll(SHAPE_RULES, node, place.drop), place.drop, references)
    if (settled.allOf === undefined) return settled
    node = flatten(settled, place, references)
  }
}
