import { mapItems } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyAll } from '../../../contract/repair.js'
import { mergeObjects, moveIntoBranches, removeNullBranch } from './alternatives.js'
import { flatten, type Position } from './flatten.js'
import { mapMembers, type SchemaNode } from './node.js'
import { RefResolver, tooLarge } from './references.js'
import { KEYWORD_RULES, SHAPE_RULES } from './rules.js'
import { checkSize } from './size.js'

/**
 * Converts the JSON Schema at a path of the request, such as `tools[0].function.parameters`, to one
 * that Gemini's OpenAI-compatible endpoint accepts; the same object if nothing had to change.
 *
 * @param onDropped - called once with the path of each constraint that is lost
 * @throws ApiError 400: `unsupported_value` for a recursive or too large schema, `invalid_value`
 *   for a reference without a target, `invalid_type` for a value that is no schema
 */
export function toGeminiSchema(schema: unknown, path: string, onDropped: (path: string) => void): Record<string, unknown> {
  checkSize(schema, path)
  const dropped = new Set<string>()
  const translate = makeTranslator(new RefResolver(schema), (droppedPath) => dropped.add(droppedPath))
  try {
    const translated = translate(schema, path, 0)
    for (const droppedPath of dropped) onDropped(droppedPath)
    return translated
  } catch (error) {
    // Deeply nested values, as in a `default`, overflow the stack before the depth is counted.
    throw error instanceof RangeError ? tooLarge(path) : error
  }
}

type Translator = (schema: unknown, path: string, depth: number) => SchemaNode

function makeTranslator(references: RefResolver, onDropped: (path: string) => void): Translator {
  const translate: Translator = (schema, path, depth) => {
    references.countNode(path, depth)
    const drop = (keyword: string): void => onDropped(keyword === '' ? path : `${path}.${keyword}`)
    const position = { path, depth, drop }
    const node = applyAll(KEYWORD_RULES, settleTypes(schema, position, references), drop)
    const branched = moveIntoBranches(node, path, references)
    const translated = mapMembers(branched, (value, keyword) => translateMember(keyword, value, position))
    return depth === 0 && branched !== node ? mergeObjects(translated, drop) : translated
  }

  const translateMember = (keyword: string, value: unknown, parent: Position): unknown => {
    const path = `${parent.path}.${keyword}`
    const depth = parent.depth + 1
    if (keyword === 'items') return translate(value, path, depth)
    if (keyword === 'anyOf' && Array.isArray(value)) return mapItems(value, (one, index) => translate(one, `${path}[${index}]`, depth))
    if (keyword !== 'properties') return value
    if (!isRecord(value)) throw apiError('invalid_type', '`properties` must be an object of JSON Schemas.', { param: path })
    return mapMembers(value, (one, name) => translate(one, `${path}.${name}`, depth))
  }

  return translate
}

/** Expands the references of a schema and settles its types, until no `allOf` is left. */
function settleTypes(schema: unknown, position: Position, references: RefResolver): SchemaNode {
  let node = flatten(schema, position, references)
  for (;;) {
    const settled = removeNullBranch(applyAll(SHAPE_RULES, node, position.drop), position.drop, references)
    if (settled.allOf === undefined) return settled
    node = flatten(settled, position, references)
  }
}
