import { mapItems } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyAll } from '../../../contract/repair.js'
import { MOST_IGNORED_PARAMS } from '../../../contract/requestLog.js'
import { mergeObjects, moveIntoBranches, removeNullBranch } from './alternatives.js'
import { BudgetExceeded, type Converted, SchemaBudget, type Work } from './budget.js'
import { expand } from './expand.js'
import { flatten } from './flatten.js'
import { type Drop, mapMembers, memberPath, type SchemaNode } from './node.js'
import { KEYWORD_RULES, SHAPE_RULES } from './rules.js'

/** Deepest level of a converted schema. Google's parser stops at 100 nested messages. */
const DEEPEST = 64
/** Numbers of levels that are converted: a schema that is too large is tried again with fewer. */
const DEPTHS = [DEEPEST, 12, 4]

/**
 * Converts the JSON Schema at a path of the request, such as `tools[0].function.parameters`, to one
 * that Gemini's OpenAI-compatible API accepts; the same object if nothing had to change. A schema
 * that exceeds the budget of the request becomes `{ type: 'object' }`.
 *
 * @param onDropped - called once with the path of each constraint that is lost
 */
export function toGeminiSchema(
  schema: unknown,
  path: string,
  onDropped: (path: string) => void,
  budget = new SchemaBudget(),
): Record<string, unknown> {
  const converted = budget.convertOnce(schema, path, () => convertWithin(budget, schema, path))
  for (const dropped of converted.dropped) onDropped(dropped)
  return converted.schema
}

function convertWithin(budget: SchemaBudget, schema: unknown, path: string): Converted {
  for (const maxDepth of DEPTHS) {
    if (budget.isSpent) break
    const paths = new Set<string>()
    const report = (dropped: string): void => {
      if (paths.size < MOST_IGNORED_PARAMS) paths.add(dropped)
    }
    const work = budget.begin()
    try {
      const expanded = expand(schema, path, { maxDepth, work, onDropped: report })
      return { schema: convert(expanded, path, { work, report }), dropped: [...paths] }
    } catch (error) {
      // Deeply nested values, as in a `default`, overflow the stack (RangeError).
      if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error
    }
  }
  return { schema: { type: 'object' }, dropped: [path] }
}

interface Conversion {
  readonly work: Work
  readonly report: (path: string) => void
}

/** Converts a schema without references. */
function convert(root: unknown, rootPath: string, { work, report }: Conversion): SchemaNode {
  const convertOne = (schema: unknown, path: string, depth: number): SchemaNode => {
    // A list of types adds a level, which `expand` has not counted.
    if (depth > DEEPEST) throw new BudgetExceeded()
    const drop: Drop = (keyword) => report(keyword === '' ? path : `${path}.${keyword.slice(0, 100)}`)
    const node = applyAll(KEYWORD_RULES, settleTypes(schema, drop, work), drop)
    const branched = moveIntoBranches(node, work)
    const converted = mapMembers(branched, (value, keyword) => convertMember(keyword, value, path, depth + 1))
    return depth === 0 && branched !== node ? mergeObjects(converted, drop, work) : converted
  }

  const convertMember = (keyword: string, value: unknown, parentPath: string, depth: number): unknown => {
    const path = `${parentPath}.${keyword}`
    if (keyword === 'items') return convertOne(value, path, depth)
    if (keyword === 'anyOf' && Array.isArray(value)) return mapItems(value, (one, index) => convertOne(one, `${path}[${index}]`, depth))
    if (keyword !== 'properties' || !isRecord(value)) return value
    return mapMembers(value, (one, name) => convertOne(one, memberPath(path, name), depth))
  }

  return convertOne(root, rootPath, 0)
}

/** Merges the `allOf` of a schema and determines its types, until no `allOf` is left. */
function settleTypes(schema: unknown, drop: Drop, work: Work): SchemaNode {
  let node = flatten(schema, drop, work)
  for (;;) {
    const settled = removeNullBranch(applyAll(SHAPE_RULES, node, drop), drop)
    if (settled.allOf === undefined) return settled
    node = flatten(settled, drop, work)
  }
}
