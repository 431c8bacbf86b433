import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyAll } from '../../../contract/repair.js'
import type { Work } from './budget.js'
import { mergeAll } from './merge.js'
import type { Drop, SchemaNode } from './node.js'
import { PART_RULES } from './rules.js'

/**
 * Merges the `allOf` of a schema, including those within it, into its own keywords, and removes its
 * `$defs` and `definitions`. Other members do not change. A value that is not a schema is reported,
 * and becomes {}.
 */
export function flatten(schema: unknown, drop: Drop, work: Work): SchemaNode {
  if (schema === true) return {}
  if (!isRecord(schema)) {
    drop('')
    return {}
  }
  work.visit(schema)
  // Clients send null for a keyword that is not set.
  const unset = Object.keys(schema).filter((keyword) => schema[keyword] === null && keyword !== 'const')
  const { allOf } = schema
  const own = applyAll(PART_RULES, omit(schema, 'allOf', '$defs', 'definitions', ...unset), drop)
  if (!Array.isArray(allOf)) {
    if (allOf !== undefined && allOf !== null) drop('allOf')
    return own
  }
  const parts = allOf.map((part) => flatten(part, drop, work))
  return mergeAll(Object.keys(own).length === 0 && parts.length > 0 ? parts : [own, ...parts], drop, work)
}
