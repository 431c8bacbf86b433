import { mapItems, omit } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { applyRepairs } from '../../../contract/repair.js'
import { MAX_IGNORED_PARAMS } from '../../../contract/requestLog.js'
import { BudgetExceeded, type ConvertedSchema, SchemaBudget, type WorkCounter } from './budget.js'
import { JSON_RULES } from './jsonRules.js'
import { mergeSchemas } from './merge.js'
import { mapMembers, memberPath, type ReportDropped, type SchemaNode, singleType } from './node.js'
import { findReferences, type SchemaReferences } from './references.js'

/** Maximum nesting of schemas: each takes two levels of JSON, and Google's parser reads 100. */
const DEEPEST_LEVEL = 40

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
  const converted = budget.convertOnce(schema, path, () => convertOnceWithin(budget, schema, path, use))
  for (const dropped of converted.dropped) onDropped(dropped)
  return converted.schema
}

function convertOnceWithin(budget: SchemaBudget, schema: SchemaNode, path: string, use: SchemaUse): ConvertedSchema {
  const paths = new Set<string>()
  const report = (dropped: string): void => {
    if (paths.size < MAX_IGNORED_PARAMS) paths.add(dropped)
  }
  try {
    const conversion = new JsonConversion(schema, budget.beginConversion(), report)
    return { schema: conversion.convertRoot(path, use), dropped: [...paths] }
  } catch (error) {
    // Schemas that are nested deeply in `allOf` overflow the stack (RangeError).
    if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error
    return { schema: { type: 'object' }, dropped: [path] }
  }
}

/** The conversion of one JSON Schema, with the references in it. */
class JsonConversion {
  readonly #references: SchemaReferences

  constructor(
    private readonly root: SchemaNode,
    private readonly work: WorkCounter,
    private readonly report: (path: string) => void,
  ) {
    this.#references = findReferences(root, work)
  }

  convertRoot(path: string, use: SchemaUse): SchemaNode {
    const converted = this.#convert(this.#inlined(this.root), path, 0)
    const schema = use === 'parameters' ? this.#toObject(converted, path) : converted
    const definitions = [...this.#references.definitions].map(
      ([target, name]) => [name, this.#convert(target, memberPath(`${path}.$defs`, name), 1)] as const,
    )
    return definitions.length === 0 ? schema : { ...schema, $defs: Object.fromEntries(definitions) }
  }

  /** Follows `$ref` to its target, unless it is endless; returns any other schema unchanged. */
  #inlined(root: SchemaNode): SchemaNode {
    let node = root
    while (typeof node.$ref === 'string' && !this.#references.isEndless(node)) {
      const target = this.#references.targetOf(node)
      if (target === undefined) return node
      node = target
    }
    return node
  }

  /** Gives a schema the type object; replaces and reports a schema that cannot have this type. */
  #toObject(node: SchemaNode, path: string): SchemaNode {
    const type = singleType(node)
    if (type === 'object') return node
    const isPossible = type === undefined && (!Array.isArray(node.type) || node.type.includes('object'))
    if (isPossible) return { ...omit(node, '$ref'), type: 'object' }
    this.report(path)
    return { type: 'object' }
  }

  #convert(schema: unknown, path: string, depth: number): SchemaNode {
    const drop: ReportDropped = (keyword) => this.report(keyword === '' ? path : `${path}.${keyword.slice(0, 100)}`)
    if (schema === true) return {}
    if (!isRecord(schema) || depth > DEEPEST_LEVEL) {
      drop('')
      return {}
    }
    this.work.countVisit(schema)
    const plain = omit(schema, '$defs', 'definitions')
    if (typeof schema.$ref === 'string') return this.#convertReference(schema, plain, { path, depth, drop })
    const single = this.#singleReference(plain)
    if (single !== undefined) return this.#convertReference(single, { ...omit(plain, 'allOf'), $ref: single.$ref }, { path, depth, drop })
    const node = applyRepairs(JSON_RULES, this.#mergeParts(plain, drop), drop)
    return this.#convertChildren(node, path, depth)
  }

  #convertReference(schema: SchemaNode, { $ref, ...siblings }: SchemaNode, { path, depth, drop }: SchemaPosition): SchemaNode {
    const target = this.#references.targetOf(schema)
    if (target === undefined || this.#references.isEndless(schema)) {
      drop('$ref')
      const isObject = target !== undefined && (singleType(target) === 'object' || isRecord(target.properties))
      return this.#convert(isObject ? { ...siblings, type: 'object' } : siblings, path, depth)
    }
    const { title, description, nullable } = siblings
    for (const keyword of Object.keys(siblings)) if (!isBesideReference(keyword, siblings[keyword])) drop(keyword)
    const name = this.#references.definitions.get(target)
    const pointer = target === this.root ? '#' : `#/$defs/${name}`
    const reference = Object.keys(siblings).length === 0 && schema.$ref === pointer ? schema : { $ref: pointer }
    const texts = Object.fromEntries(Object.entries({ title, description }).filter(([, text]) => typeof text === 'string'))
    if (nullable === true) return { ...texts, anyOf: [reference, { type: 'null' }] }
    // Google takes a title and a description beside `anyOf`, but not beside `$ref`.
    return Object.keys(texts).length === 0 ? reference : { ...texts, anyOf: [reference] }
  }

  /** Returns the `$ref` object that is the only part of an `allOf`; undefined for other schemas. */
  #singleReference({ allOf, ...others }: SchemaNode): SchemaNode | undefined {
    const [only] = Array.isArray(allOf) && allOf.length === 1 ? allOf : []
    const isReference = isRecord(only) && typeof only.$ref === 'string' && Object.keys(only).length === 1
    return isReference && Object.entries(others).every(([keyword, value]) => isBesideReference(keyword, value)) ? only : undefined
  }

  /** Merges the `allOf` of a schema, which Google ignores, into its own keywords. */
  #mergeParts(schema: SchemaNode, drop: ReportDropped): SchemaNode {
    const { allOf } = schema
    if (!Array.isArray(allOf)) return omit(schema, 'allOf')
    const parts = allOf.flatMap((part: unknown): SchemaNode[] => {
      if (!isRecord(part)) return []
      const node = this.#inlined(part)
      this.work.countVisit(node)
      if (typeof node.$ref === 'string') drop('allOf')
      return [this.#mergeParts(omit(node, '$defs', 'definitions', '$ref'), drop)]
    })
    return mergeSchemas([omit(schema, 'allOf'), ...parts], drop, this.work)
  }

  #convertChildren(node: SchemaNode, path: string, depth: number): SchemaNode {
    const convertOne = (value: unknown, at: string): SchemaNode => this.#convert(value, at, depth + 1)
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

interface SchemaPosition {
  readonly path: string
  readonly depth: number
  readonly drop: ReportDropped
}

const LIST_KEYWORDS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'prefixItems'])

/** True for a keyword beside `$ref` that constrains nothing, or that is converted separately. */
const isBesideReference = (keyword: string, value: unknown): boolean =>
  value === null || keyword.startsWith('$') || ['title', 'description', 'default', 'nullable', 'examples'].includes(keyword)
