import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { hasAlternatives, type ReportDropped, type SchemaNode, singleType } from './node.js'

/** Gives an array schema one schema for all items: `{}`, which allows anything, if it lacks one. */
export function unifyItems(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const type = singleType(node)
  if (type !== undefined && type !== 'array' && !hasAlternatives(node)) return node
  const keyword = Array.isArray(node.prefixItems) ? 'prefixItems' : 'items'
  const tuple: unknown = node[keyword]
  if (Array.isArray(tuple)) {
    drop(keyword)
    return unifyTuple(node, tuple, keyword === 'items' ? 'additionalItems' : 'items', drop)
  }
  const { items } = node
  if (isRecord(items)) return node
  if (items === undefined) return type === 'array' && !hasAlternatives(node) ? { ...node, items: {} } : node
  if (items !== true) drop('items')
  return { ...node, items: {} }
}

/**
 * Replaces a tuple's schemas by one for all items. @param rest - keyword for items after the tuple
 */
function unifyTuple(node: SchemaNode, tuple: readonly unknown[], rest: 'items' | 'additionalItems', drop: ReportDropped): SchemaNode {
  const further = node[rest]
  const isClosed = further === false
  if (isClosed || (rest === 'additionalItems' && isRecord(further) && Object.keys(further).length > 0)) drop(rest)
  const distinct = new Map([...tuple, ...(isRecord(further) ? [further] : [])].map((schema) => [JSON.stringify(schema), schema]))
  const schemas = [...distinct.values()]
  const isAnything = schemas.length === 0 || schemas.some((schema) => !isRecord(schema) || Object.keys(schema).length === 0)
  const single = schemas.length === 1 ? schemas[0] : { anyOf: schemas }
  const { minItems = tuple.length, maxItems } = node
  return {
    ...omit(node, 'prefixItems', 'additionalItems'),
    items: isAnything ? {} : single,
    ...(isClosed ? { minItems, maxItems: typeof maxItems === 'number' ? Math.min(maxItems, tuple.length) : tuple.length } : {}),
  }
}
