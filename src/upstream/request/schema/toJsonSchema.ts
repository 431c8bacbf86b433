import { mapItems, omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyRepairs } from '../../../contract/repair.js'
import { MAX_IGNORED_PARAMS } from '../../../contract/requestLog.js'
import { BudgetExceeded, type ConvertedSchema, SchemaBudget, type WorkCounter } from './budget.js'
import { JSON_RULES } from './jsonRules.js'
import { mergeSchemas } from './merge.js'
import { mapMembers, memberPath, type ReportDropped, type SchemaNode, singleType } from './node.js'
import { findReferences, type SchemaReferences } from './references.js'
import { isVacuous } from './rules.js'

/**
 * Nesting limits of successive attempts: a schema that is too large loses its deeper levels. Each
 * level takes two levels of JSON, of which Google's parser reads 100.
 */
const NESTING_LIMITS = [40, 12, 4]
/** Maximum number of copies of a schema within itself, where a `$ref` must become a copy. */
const MAX_COPIES = 2

/** The use of a schema: for a function's parameters, which must be an object, or for an answer. */
export type SchemaUse = 'parameters' | 'answer'

/**
 * Converts the JSON Schema at a path of the request to one that Gemini's native API takes and reads
 * completely; the same object if nothing had to change. A schema that exceeds the budget of the
 * request becomes `{ type: 'object' }`.
 *
 * @param onDropped - called once with the path of each constraint that is lost
 */
export function toJsonSchema(
  schema: SchemaNode,
  path: string,
  onDropped: (path: string) => void,
  { budget = new SchemaBudget(), use = 'parameters' }: { readonly budget?: SchemaBudget; readonly use?: SchemaUse } = {},
): Record<string, unknown> {
  const converted = budget.convertOnce(schema, path, () => convertToJsonWithBudget(budget, schema, path, use))
  for (const dropped of converted.dropped) onDropped(dropped)
  return converted.schema
}

function convertToJsonWithBudget(budget: SchemaBudget, schema: SchemaNode, path: string, use: SchemaUse): ConvertedSchema {
  for (const maxDepth of NESTING_LIMITS) {
    if (budget.isSpent) break
    const paths = new Set<string>()
    const report = (dropped: string): void => {
      if (paths.size < MAX_IGNORED_PARAMS) paths.add(dropped)
    }
    try {
      const conversion = new JsonConversion(schema, { maxDepth, work: budget.beginConversion(), report })
      return { schema: conversion.convertRoot(path, use), dropped: [...paths] }
    } catch (error) {
      // Retry with fewer levels. Schemas nested deeply in `allOf` overflow the stack (RangeError).
      if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error
    }
  }
  return { schema: { type: 'object' }, dropped: [path] }
}

interface ConversionParts {
  readonly maxDepth: number
  readonly work: WorkCounter
  readonly report: (path: string) => void
}

/** Where a schema is: its path, its level, and the schemas that were copied into its parents. */
interface SchemaPosition {
  readonly path: string
  readonly depth: number
  readonly copied: readonly SchemaNode[]
}

/** The conversion of one JSON Schema, with the references in it. */
class JsonConversion {
  readonly #references: SchemaReferences
  /** The targets of the references in the result, which need a definition. */
  readonly #used = new Set<SchemaNode>()

  constructor(
    private readonly root: SchemaNode,
    private readonly parts: ConversionParts,
  ) {
    this.#references = findReferences(root, parts.work)
  }

  convertRoot(path: string, use: SchemaUse): SchemaNode {
    const converted = this.#convertWhole(path)
    const schema = use === 'parameters' ? this.#toObject(converted, path) : converted
    const definitions: (readonly [string, SchemaNode])[] = []
    // The loop includes targets that are added to the set while a definition is converted.
    for (const target of this.#used) {
      const name = this.#references.definitions.get(target) ?? ''
      if (target !== this.root)
        definitions.push([name, this.#convert(target, { path: memberPath(`${path}.$defs`, name), depth: 1, copied: [target] })])
    }
    return definitions.length === 0 ? schema : { ...schema, $defs: Object.fromEntries(definitions) }
  }

  /** Converts the root. A `$ref` in it is replaced by its target: Google requires a type there. */
  #convertWhole(path: string): SchemaNode {
    const { root } = this
    const position = { path, depth: 0, copied: [] }
    if (typeof root.$ref !== 'string' || this.#references.isEndless(root) || this.#references.targetOf(root) === undefined)
      return this.#convert(root, position)
    const copied = new Set<SchemaNode>()
    const drop = this.#dropAt(path)
    const whole = mergeSchemas(this.#partsOf(root, { drop, copied, within: [] }), drop, this.parts.work)
    return this.#convertNode(whole, drop, { ...position, copied: [...copied] })
  }

  #dropAt(path: string): ReportDropped {
    return (keyword) => this.parts.report(keyword === '' ? path : `${path}.${keyword.slice(0, 100)}`)
  }

  /** Gives a schema the type object; replaces and reports a schema that cannot have this type. */
  #toObject(node: SchemaNode, path: string): SchemaNode {
    const type = singleType(node)
    if (type === 'object') return node
    const isPossible = type === undefined && (!Array.isArray(node.type) || node.type.includes('object'))
    if (isPossible) return { ...omit(node, '$ref'), type: 'object' }
    this.parts.report(path)
    return { type: 'object' }
  }

  #convert(schema: unknown, position: SchemaPosition): SchemaNode {
    const drop = this.#dropAt(position.path)
    if (schema === true) return {}
    if (!isRecord(schema) || position.depth > this.parts.maxDepth) {
      drop('')
      return {}
    }
    this.parts.work.countVisit(schema)
    const plain = omit(schema, '$defs', 'definitions')
    if (typeof schema.$ref === 'string') return this.#convertReference(schema, plain, position)
    const single = this.#singleReference(plain, position)
    if (single !== undefined) return this.#convertReference(single, { ...omit(plain, 'allOf'), $ref: single.$ref }, position)
    const copied = new Set<SchemaNode>()
    const merged = this.#mergeParts(plain, { drop, copied, within: position.copied })
    return this.#convertNode(merged, drop, copied.size === 0 ? position : { ...position, copied: [...position.copied, ...copied] })
  }

  #convertNode(merged: SchemaNode, drop: ReportDropped, position: SchemaPosition): SchemaNode {
    return this.#convertChildren(applyRepairs(JSON_RULES, merged, drop), position)
  }

  #convertReference(schema: SchemaNode, { $ref, ...siblings }: SchemaNode, position: SchemaPosition): SchemaNode {
    const drop = this.#dropAt(position.path)
    const target = this.#references.targetOf(schema)
    if (target === undefined || this.#references.isEndless(schema)) {
      drop('$ref')
      return this.#convert(target !== undefined && isObjectSchema(target) ? { ...siblings, type: 'object' } : siblings, position)
    }
    const { title, description, nullable } = siblings
    for (const keyword of Object.keys(siblings)) if (!isBesideReference(keyword, siblings[keyword], target)) drop(keyword)
    this.#used.add(target)
    const name = this.#references.definitions.get(target)
    const pointer = target === this.root ? '#' : `#/$defs/${name}`
    const reference = Object.keys(siblings).length === 0 && schema.$ref === pointer ? schema : { $ref: pointer }
    const texts = Object.fromEntries(Object.entries({ title, description }).filter(([, text]) => typeof text === 'string'))
    if (nullable === true) return { ...texts, anyOf: [reference, { type: 'null' }] }
    // Google takes no title or description beside `$ref`, so the `$ref` is wrapped in an `anyOf`.
    return Object.keys(texts).length === 0 ? reference : { ...texts, anyOf: [reference] }
  }

  /**
   * Returns the `$ref` object that is the only part of an `allOf`, if nothing beside it would be
   * lost, or if its target cannot be copied again; undefined for other schemas.
   */
  #singleReference({ allOf, ...others }: SchemaNode, { copied }: SchemaPosition): SchemaNode | undefined {
    const [only] = Array.isArray(allOf) && allOf.length === 1 ? allOf : []
    if (!isRecord(only) || typeof only.$ref !== 'string' || Object.keys(only).length !== 1) return undefined
    const target = this.#references.targetOf(only)
    const isKept = target !== undefined && isCopied(target, copied)
    return isKept || Object.entries(others).every(([keyword, value]) => isBesideReference(keyword, value, target)) ? only : undefined
  }

  /** Merges the `allOf` of a schema, which Google ignores, into its own keywords. */
  #mergeParts(schema: SchemaNode, copying: Copying): SchemaNode {
    const { allOf } = schema
    if (!Array.isArray(allOf)) return omit(schema, 'allOf')
    const parts = allOf.flatMap((part: unknown): SchemaNode[] => (isRecord(part) ? this.#partsOf(part, copying) : []))
    return mergeSchemas([omit(schema, 'allOf'), ...parts], copying.drop, this.parts.work)
  }

  /** Returns the schemas that a part of an `allOf` combines: its keywords and its `$ref` target. */
  #partsOf(part: SchemaNode, { drop, copied, within }: Copying): SchemaNode[] {
    this.parts.work.countVisit(part)
    // `within` is copied at each level of a chain of references: count this work, too.
    this.parts.work.spend(within.length)
    const own = this.#mergeParts(omit(part, '$defs', 'definitions', '$ref'), { drop, copied, within })
    if (typeof part.$ref !== 'string') return [own]
    const target = this.#references.targetOf(part)
    if (target === undefined || this.#references.isEndless(part) || isCopied(target, within)) {
      drop('allOf')
      return target !== undefined && isObjectSchema(target) ? [own, { type: 'object' }] : [own]
    }
    copied.add(target)
    return [own, ...this.#partsOf(target, { drop, copied, within: [...within, target] })]
  }

  #convertChildren(node: SchemaNode, { path, depth, copied }: SchemaPosition): SchemaNode {
    const convertOne = (value: unknown, at: string): SchemaNode => this.#convert(value, { path: at, depth: depth + 1, copied })
    return mapMembers(node, (value, keyword) => {
      const at = memberPath(path, keyword)
      if (LIST_KEYWORDS.has(keyword) && Array.isArray(value)) {
        return mapItems<unknown>(value, (each, index) => convertOne(each, `${at}[${index}]`))
      }
      if (keyword === 'items' || (keyword === 'additionalProperties' && isRecord(value))) return convertOne(value, at)
      if (keyword !== 'properties' || !isRecord(value)) return value
      return mapMembers(value, (each, name) => convertOne(each, memberPath(at, name)))
    })
  }
}

/** State of merging an `allOf`. Google ignores `allOf`, so the targets of references are copied. */
interface Copying {
  readonly drop: ReportDropped
  /** Collects the targets of which the merged schema has a copy. */
  readonly copied: Set<SchemaNode>
  /** The targets of references whose copies contain the schema that is being merged. */
  readonly within: readonly SchemaNode[]
}

const isCopied = (target: SchemaNode, copied: readonly SchemaNode[]): boolean =>
  copied.filter((each) => each === target).length >= MAX_COPIES

const isObjectSchema = (node: SchemaNode): boolean => singleType(node) === 'object' || isRecord(node.properties)

const LIST_KEYWORDS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'prefixItems'])

/** True for a keyword beside `$ref` that adds no constraint, or that is converted separately. */
const isBesideReference = (keyword: string, value: unknown, target: SchemaNode | undefined): boolean =>
  isVacuous(keyword, value) ||
  keyword.startsWith('$') ||
  ['title', 'description', 'default', 'nullable', 'examples'].includes(keyword) ||
  (keyword === 'type' && target !== undefined && value === target.type)
