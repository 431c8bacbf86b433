import { omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { hasAlternatives, type ReportDropped, type SchemaNode } from './node.js'

const IMPLIED_TYPES = { properties: 'object', items: 'array', prefixItems: 'array' } as const

/** Adds the type that `properties`, `items` or `prefixItems` imply to a schema without a type. */
export function inferType(node: SchemaNode): SchemaNode {
  if ((node.type !== undefined && node.type !== null) || hasAlternatives(node)) return node
  const implied = Object.entries(IMPLIED_TYPES).find(([keyword]) => node[keyword] !== undefined)
  return implied === undefined ? node : { ...node, type: implied[1] }
}

/** Removes an `additionalProperties` that is a schema, and reports the lost constraint. */
export function simplifyAdditionalProperties(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { additionalProperties } = node
  if (additionalProperties === undefined || typeof additionalProperties === 'boolean') return node
  if (!isRecord(additionalProperties) || Object.keys(additionalProperties).length > 0) drop('additionalProperties')
  return omit(node, 'additionalProperties')
}

/** Removes names from `required` that have no property, and reports them. */
export function checkRequired(node: SchemaNode, drop: ReportDropped): SchemaNode {
  const { required, properties } = node
  if (required === undefined || hasAlternatives(node)) return node
  if (!Array.isArray(required)) {
    if (required !== false && required !== null) drop('required')
    return omit(node, 'required')
  }
  if (required.length === 0 && node.type === undefined) return omit(node, 'required')
  const isDefined = (name: unknown): boolean => typeof name === 'string' && isRecord(properties) && Object.hasOwn(properties, name)
  required.forEach((name, index) => {
    if (!isDefined(name)) drop(`required[${index}]`)
  })
  const defined = [...new Set(required.filter(isDefined))]
  if (defined.length === required.length) return node
  return defined.length === 0 ? omit(node, 'required') : { ...node, required: defined }
}
