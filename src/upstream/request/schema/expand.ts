import { mapItems, omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { WorkCounter } from './budget.js'
import { mapMembers, memberPath, type SchemaNode, singleType } from './node.js'

/** Maximum nesting of schemas, references and `allOf`; more could overflow the stack. */
const MAX_NESTING = 400
/** Maximum number of characters in a `$ref`. */
const LONGEST_REF = 1_000

/** Inputs of {@link expandReferences} besides the schema. */
export interface ExpandReferencesInputs {
  /** Maximum nesting level of schemas in the result; deeper schemas are removed. */
  readonly maxDepth: number
  readonly work: WorkCounter
  /** Called with the path of each constraint that is removed. */
  readonly onDropped: (path: string) => void
}

/**
 * Replaces each `$ref` of a schema by an `allOf` with its target. Removes recursive references,
 * references without a target, and levels that are too deep.
 *
 * @returns the same object if nothing had to change
 */
export function expandReferences(root: unknown, path: string, { maxDepth, work, onDropped }: ExpandReferencesInputs): unknown {
  // The schemas that contain the current one: expanding a reference to one of them would never end.
  const open = new Set<unknown>()

  const visit = (schema: unknown, at: string, depth: number): unknown => {
    if (!isRecord(schema)) return schema
    work.countVisit(schema)
    open.add(schema)
    const node = replaceChildren(schema, at, depth)
    const expanded = node.$ref === undefined || node.$ref === null ? node : resolve(node, at, depth)
    open.delete(schema)
    return expanded
  }

  const replaceChildren = (schema: SchemaNode, at: string, depth: number): SchemaNode => {
    const isDeepest = depth >= maxDepth
    return replaceMembers(schema, (keyword, value) => {
      const childPath = memberPath(at, keyword)
      // The schemas in an `allOf` are on the level of the schema itself: they are merged into it.
      const isOwn = keyword === 'allOf'
      if (isEmpty(value)) return value
      if (isOwn ? open.size >= MAX_NESTING : isDeepest) {
        onDropped(childPath)
        return undefined
      }
      const visitChild = (child: unknown, suffix: string): unknown =>
        visit(child, isOwn ? at : `${childPath}${suffix}`, isOwn ? depth : depth + 1)
      if (Array.isArray(value)) return mapItems<unknown>(value, (child, index) => visitChild(child, `[${index}]`))
      if (keyword !== 'properties') return visitChild(value, '')
      return isRecord(value) ? mapMembers(value, (child, name) => visit(child, memberPath(childPath, name), depth + 1)) : value
    })
  }

  const resolve = (node: SchemaNode, at: string, depth: number): SchemaNode => {
    const target = resolvePointer(root, node.$ref)
    const rest = omit(node, '$ref', '$defs', 'definitions')
    if ((!isRecord(target) && typeof target !== 'boolean') || open.has(target) || open.size >= MAX_NESTING) {
      onDropped(memberPath(at, '$ref'))
      const isObject = depth === 0 || (isRecord(target) && (singleType(target) === 'object' || isRecord(target.properties)))
      return isObject && !SHAPE_KEYWORDS.some((keyword) => Object.hasOwn(rest, keyword)) ? { ...rest, type: 'object' } : rest
    }
    work.countCopies(target, 1)
    const parts = [visit(target, at, depth), ...(Array.isArray(rest.allOf) ? rest.allOf : [])]
    const [only] = parts
    return Object.keys(rest).length === 0 && isRecord(only) ? only : { ...rest, allOf: parts }
  }

  return visit(root, path, 0)
}

/** Keywords whose schemas are converted. Other keywords that contain schemas are removed later. */
const CHILD_KEYWORDS = ['properties', 'items', 'prefixItems', 'additionalItems', 'allOf', 'anyOf', 'oneOf']
/** JSON Schema keywords that determine which values a schema allows. */
const SHAPE_KEYWORDS = ['type', 'enum', 'const', ...CHILD_KEYWORDS]

const isEmpty = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Array.isArray(value) ? value : Object.keys(value)).length === 0

/** Replaces the values of keywords that contain schemas; `undefined` removes a keyword. */
function replaceMembers(schema: SchemaNode, replaceOne: (keyword: string, value: unknown) => unknown): SchemaNode {
  let node = schema
  for (const keyword of CHILD_KEYWORDS) {
    if (!Object.hasOwn(schema, keyword)) continue
    const value = replaceOne(keyword, schema[keyword])
    if (value === schema[keyword]) continue
    node = value === undefined ? omit(node, keyword) : { ...node, [keyword]: value }
  }
  return node
}

/**
 * Returns the decoded segments of a `$ref` such as `#` or `#/$defs/A~1b`; undefined for an invalid
 * one, and for a reference to another document.
 */
function parsePointer(ref: unknown): readonly string[] | undefined {
  if (typeof ref !== 'string' || ref.length > LONGEST_REF || !(ref === '#' || ref.startsWith('#/'))) return undefined
  try {
    const steps = decodeURIComponent(ref.slice(1)).split('/').slice(1)
    return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined // broken percent-encoding
  }
}

/** Returns the target of a `$ref` in the schema `root`; undefined if it does not exist. */
export function resolvePointer(root: unknown, ref: unknown): unknown {
  const steps = parsePointer(ref)
  let target = steps === undefined ? undefined : root
  for (const step of steps ?? []) {
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, step)) return undefined
    target = Reflect.get(target, step)
  }
  return target
}
