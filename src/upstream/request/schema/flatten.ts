import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyRepairs } from '../../../contract/repair.js'
import type { WorkCounter } from './budget.js'
import { mergeSchemas } from './merge.js'
import type { ReportDropped, SchemaNode } from './node.js'
import { PART_RULES } from './rules.js'

/**
 * Merges the `allOf` of a schema, and each `allOf` in that, into the schema's own keywords. Removes
 * `$defs`, `definitions`, null and invalid values. Schemas in other keywords do not change. A value
 * that is not a schema is reported, and becomes {}.
 */
export function flattenAllOf(schema: unknown, drop: ReportDropped, work: WorkCounter): SchemaNode {
  if (schema === true) return {}
  if (!isRecord(schema)) {
    drop('')
    return {}
  }
  work.countVisit(schema)
  // Keywords that are null are removed: clients send null for a keyword that is not set.
  const unset = Object.keys(schema).filter((keyword) => schema[keyword] === null && keyword !== 'const')
  const { allOf } = schema
  const own = applyRepairs(PART_RULES, omit(schema, 'allOf', '$defs', 'definitions', ...unset), drop)
  if (!Array.isArray(allOf)) {
    if (allOf !== undefined && allOf !== null) drop('allOf')
    return own
  }
  const parts = allOf.map((part) => flattenAllOf(part, drop, work))
  return mergeSchemas(Object.keys(own).length === 0 && parts.length > 0 ? parts : [own, ...parts], drop, work)
}
