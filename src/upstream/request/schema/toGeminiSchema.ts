import { mapItems, omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyRepairs } from '../../../contract/repair.js'
import { MAX_IGNORED_PARAMS } from '../../../contract/requestLog.js'
import { mergeObjectBranches, moveIntoBranches, removeNullBranch } from './alternatives.js'
import { BudgetExceeded, type ConvertedSchema, SchemaBudget, type WorkCounter } from './budget.js'
import { expandReferences } from './expand.js'
import { flattenAllOf } from './flatten.js'
import { mapMembers, memberPath, type ReportDropped, type SchemaNode, singleType } from './node.js'
import { KEYWORD_RULES, SHAPE_RULES } from './rules.js'
import type { SchemaUse } from './toJsonSchema.js'

/** Maximum nesting level of a converted schema. Google's parser stops at 100 nested messages. */
const MAX_SCHEMA_DEPTH = 64
/** Nesting limits of successive attempts: a schema that is too large loses its deeper levels. */
const ATTEMPT_DEPTHS = [MAX_SCHEMA_DEPTH, 12, 4]

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
  { budget = new SchemaBudget(), use = 'answer' }: { readonly budget?: SchemaBudget; readonly use?: SchemaUse } = {},
): Record<string, unknown> {
  const converted = budget.convertOnce(schema, path, () => convertToGeminiWithBudget(budget, schema, path, use))
  for (const dropped of converted.dropped) onDropped(dropped)
  return converted.schema
}

function convertToGeminiWithBudget(budget: SchemaBudget, schema: unknown, path: string, use: SchemaUse): ConvertedSchema {
  for (const maxDepth of ATTEMPT_DEPTHS) {
    if (budget.isSpent) break
    const paths = new Set<string>()
    const report = (dropped: string): void => {
      if (paths.size < MAX_IGNORED_PARAMS) paths.add(dropped)
    }
    const work = budget.beginConversion()
    try {
      const expanded = expandReferences(schema, path, { maxDepth, work, onDropped: report })
      return { schema: convert(expanded, path, { work, report, use }), dropped: [...paths] }
    } catch (error) {
      // Retry with fewer levels. Deeply nested values, as in a `default`, overflow the stack.
      if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error
    }
  }
  return { schema: { type: 'object' }, dropped: [path] }
}

interface Conversion {
  readonly work: WorkCounter
  readonly report: (path: string) => void
  readonly use: SchemaUse
}

/** Converts a schema without references. */
function convert(root: unknown, rootPath: string, { work, report, use }: Conversion): SchemaNode {
  const convertOne = (schema: unknown, path: string, depth: number): SchemaNode => {
    // Converting a list of types to `anyOf` adds a level, which `expandReferences` has not counted.
    if (depth > MAX_SCHEMA_DEPTH) throw new BudgetExceeded()
    const drop: ReportDropped = (keyword) => report(keyword === '' ? path : `${path}.${keyword.slice(0, 100)}`)
    const node = applyRepairs(KEYWORD_RULES, settleTypes(schema, drop, work), drop)
    const branched = moveIntoBranches(node, work)
    const converted = mapMembers(branched, (value, keyword) => convertMember(keyword, value, path, depth + 1))
    if (depth > 0) return converted
    if (use === 'parameters') return toParameters(converted, drop, work)
    return branched !== node ? mergeObjectBranches(converted, drop, work) : converted
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

/**
 * Gives the root the type object, which Gemini requires of parameters. Replaces and reports a root
 * that allows no object.
 */
function toParameters(node: SchemaNode, drop: ReportDropped, work: WorkCounter): SchemaNode {
  const object = toObject(node, drop, work)
  if (object === undefined) drop('')
  return object ?? { type: 'object' }
}

/** Converts a schema to one of the type object; undefined if it allows no object. */
function toObject(node: SchemaNode, drop: ReportDropped, work: WorkCounter): SchemaNode | undefined {
  const { anyOf } = node
  if (Array.isArray(anyOf)) {
    const objects = anyOf.filter(isRecord).flatMap((branch) => toObject(branch, drop, work) ?? [])
    if (objects.length > 1) return mergeObjectBranches({ ...node, anyOf: objects }, drop, work)
    return objects[0] === undefined ? undefined : { ...objects[0], ...omit(node, 'anyOf') }
  }
  const type = singleType(node)
  if (type === undefined) return applyRepairs(KEYWORD_RULES, { ...node, type: 'object' }, drop)
  return type === 'object' ? node : undefined
}

/** Merges the `allOf` of a schema and determines its types, until no `allOf` is left. */
function settleTypes(schema: unknown, drop: ReportDropped, work: WorkCounter): SchemaNode {
  let node = flattenAllOf(schema, drop, work)
  for (;;) {
    const settled = removeNullBranch(applyRepairs(SHAPE_RULES, node, drop), drop)
    if (settled.allOf === undefined) return settled
    node = flattenAllOf(settled, drop, work)
  }
}
