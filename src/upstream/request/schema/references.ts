import { isRecord } from '../../../contract/isRecord.js'
import type { WorkCounter } from './budget.js'
import { resolvePointer } from './expand.js'
import type { SchemaNode } from './node.js'

/** The references (`$ref`) in a schema: their targets, and which of them recurse endlessly. */
export interface SchemaReferences {
  /** The targets of references, except the root, each with its name in `$defs`. */
  readonly definitions: ReadonlyMap<SchemaNode, string>
  /** Returns the target of a schema object with `$ref`; undefined if it does not exist. */
  targetOf(node: SchemaNode): SchemaNode | undefined
  /** True if the `$ref` of a schema object leads back to it, but through no optional property. */
  isEndless(node: SchemaNode): boolean
}

/** Finds the references in a schema, and those in their targets. */
export function findReferences(root: SchemaNode, work: WorkCounter): SchemaReferences {
  const targets = new Map<SchemaNode, SchemaNode>()
  const definitions = new Map<SchemaNode, string>()
  const names = new Map<string, number>()
  /** For the root and each target: its references outside of optional properties, with targets. */
  const required = new Map<SchemaNode, Map<SchemaNode, SchemaNode>>()
  const waiting: SchemaNode[] = [root]

  const collect = (unit: SchemaNode): void => {
    const own = new Map<SchemaNode, SchemaNode>()
    required.set(unit, own)
    walk(unit, work, (node, isOptional) => {
      const target = targets.get(node) ?? resolvePointer(root, node.$ref)
      if (!isRecord(target)) return
      targets.set(node, target)
      if (!isOptional) own.set(node, target)
      if (target !== root && !definitions.has(target)) definitions.set(target, nameOfTarget(node.$ref, names))
      waiting.push(target)
    })
  }
  for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) if (!required.has(unit)) collect(unit)

  removeAcyclic(required)
  const endless = new Set<SchemaNode>()
  for (const [unit, own] of required) {
    for (const [node, target] of own) if (leadsTo(target, unit, required, work)) endless.add(node)
  }
  return { definitions, targetOf: (node) => targets.get(node), isEndless: (node) => endless.has(node) }
}

/** Removes schemas whose references lead to no cycle, usually all, to shorten the cycle search. */
function removeAcyclic(required: Map<SchemaNode, ReadonlyMap<SchemaNode, SchemaNode>>): void {
  const users = new Map<SchemaNode, SchemaNode[]>()
  const counts = new Map<SchemaNode, number>()
  for (const [unit, own] of required) {
    const targets = new Set(own.values())
    counts.set(unit, targets.size)
    for (const target of targets) {
      const list = users.get(target)
      if (list === undefined) users.set(target, [unit])
      else list.push(unit)
    }
  }
  const acyclic = [...required.keys()].filter((unit) => counts.get(unit) === 0)
  for (const unit of acyclic) {
    required.delete(unit)
    for (const user of users.get(unit) ?? []) {
      const count = (counts.get(user) ?? 0) - 1
      counts.set(user, count)
      if (count === 0) acyclic.push(user)
    }
  }
}

/** True if references outside of optional properties lead from the schema `start` to `end`. */
function leadsTo(
  start: SchemaNode,
  end: SchemaNode,
  required: ReadonlyMap<SchemaNode, ReadonlyMap<SchemaNode, SchemaNode>>,
  work: WorkCounter,
): boolean {
  const seen = new Set([start])
  for (const unit of seen) {
    work.spend(1)
    if (unit === end) return true
    for (const target of required.get(unit)?.values() ?? []) seen.add(target)
  }
  return false
}

/**
 * Returns the last segment of a `$ref` as a name, numbered if another target has that name.
 *
 * @param names - the names in use, each with the last number that was added to it
 */
function nameOfTarget(ref: unknown, names: Map<string, number>): string {
  const name = (String(ref).split('/').at(-1) ?? '').replace(/[^\w.-]/g, '_') || 'schema'
  let free = name
  let count = names.get(name) ?? 1
  while (names.has(free)) {
    count += 1
    free = `${name}_${count}`
  }
  names.set(name, count)
  names.set(free, 1)
  return free
}

/** JSON Schema keywords that contain schemas, and that Google reads. */
const SCHEMA_CHILD_KEYWORDS = ['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'additionalProperties', 'additionalItems'] as const

/** Calls `onReference` for each `$ref` in a schema, with whether it is in an optional property. */
function walk(root: SchemaNode, work: WorkCounter, onReference: (node: SchemaNode, isOptional: boolean) => void): void {
  const waiting: { readonly value: unknown; readonly isOptional: boolean }[] = [{ value: root, isOptional: false }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, isOptional } = next
    if (Array.isArray(value)) {
      for (const each of value) waiting.push({ value: each, isOptional })
      continue
    }
    if (!isRecord(value)) continue
    work.countVisit(value)
    if (typeof value.$ref === 'string') onReference(value, isOptional)
    for (const keyword of SCHEMA_CHILD_KEYWORDS) if (Object.hasOwn(value, keyword)) waiting.push({ value: value[keyword], isOptional })
    const { properties, required } = value
    const names = new Set<unknown>(Array.isArray(required) ? required : [])
    for (const [name, member] of Object.entries(isRecord(properties) ? properties : {})) {
      waiting.push({ value: member, isOptional: isOptional || !names.has(name) })
    }
  }
}
