import { type ApiError, apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { SchemaNode } from './node.js'

/** Deepest nesting of one schema. Google's parser stops at 100 nested messages. */
const MAX_DEPTH = 64
/** Most schema objects in one schema after its references are expanded. */
const MAX_NODES = 10_000
/** Most characters that references and combinations may add to one schema. */
const MAX_ADDED_CHARS = 4 * 1024 * 1024

/** 400 `unsupported_value`: the schema becomes too large or too deep. */
export function tooLarge(path: string): ApiError {
  const message = 'This JSON Schema is too large or too deep for Gemini after its $ref references are expanded. Use a smaller schema.'
  return apiError('unsupported_value', message, { param: path })
}

/** Parses `#`, `#/$defs/A~1b` and percent-encoded forms; undefined for another reference. */
function parsePointer(ref: unknown): readonly string[] | undefined {
  if (typeof ref !== 'string' || !(ref === '#' || ref.startsWith('#/'))) return undefined
  try {
    const steps = decodeURIComponent(ref.slice(1)).split('/').slice(1)
    return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined // broken percent-encoding
  }
}

function followPointer(root: unknown, steps: readonly string[]): unknown {
  let target = root
  for (const step of steps) {
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, step)) return undefined
    target = Reflect.get(target, step)
  }
  return target
}

/** The schemas inside a schema that are translated. A cycle elsewhere is harmless. */
function* listChildren(node: SchemaNode): Generator<unknown> {
  if (isRecord(node.properties)) yield* Object.values(node.properties)
  if (isRecord(node.items)) yield node.items
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const branches = node[keyword]
    if (Array.isArray(branches)) yield* branches
  }
}

/** The references of the schema `root`, and the limits of its growth by expanding them. */
export class RefResolver {
  readonly #acyclic = new Set<string>()
  #nodes = 0
  #added = 0

  constructor(private readonly root: unknown) {}

  /** Returns the target of a `$ref` without counting it; undefined if there is none. */
  peek(ref: unknown): unknown {
    const steps = parsePointer(ref)
    return steps === undefined ? undefined : followPointer(this.root, steps)
  }

  /**
   * Returns the target of a `$ref`.
   *
   * @throws ApiError 400 without a target, for a cycle, or if the schema becomes too large
   */
  resolve(ref: unknown, path: string): unknown {
    const target = this.peek(ref)
    if (target === undefined) {
      const message = `The $ref ${JSON.stringify(ref).slice(0, 100)} does not exist in this JSON Schema.`
      throw apiError('invalid_value', message, { param: path })
    }
    this.#refuseCycles({ $ref: ref }, { open: new Set(), path, depth: 0 })
    this.countCopies(target, 1, path)
    return target
  }

  /** Counts one schema object. @throws ApiError 400 if the schema becomes too large */
  countNode(path: string, depth: number): void {
    this.#nodes += 1
    if (this.#nodes > MAX_NODES || depth > MAX_DEPTH) throw tooLarge(path)
  }

  /** Counts `times` copies of a schema. @throws ApiError 400 if the whole becomes too large */
  countCopies(schema: unknown, times: number, path: string): void {
    this.#added += (JSON.stringify(schema)?.length ?? 0) * times
    if (this.#added > MAX_ADDED_CHARS) throw tooLarge(path)
  }

  /** Follows all references in a schema; `open` has those that lead to it. */
  #refuseCycles(schema: unknown, at: { open: ReadonlySet<string>; path: string; depth: number }): void {
    if (!isRecord(schema)) return
    if (at.depth > MAX_DEPTH) throw tooLarge(at.path)
    const steps = parsePointer(schema.$ref)
    if (steps !== undefined) this.#refuseCycle(steps, at.open, at.path)
    for (const child of listChildren(schema)) this.#refuseCycles(child, { ...at, depth: at.depth + 1 })
  }

  #refuseCycle(steps: readonly string[], open: ReadonlySet<string>, path: string): void {
    const key = JSON.stringify(steps)
    if (this.#acyclic.has(key)) return
    if (open.has(key)) {
      const message = 'Gemini does not support recursive JSON Schemas. Write out the levels, or use an object without properties.'
      throw apiError('unsupported_value', message, { param: path })
    }
    if (open.size >= MAX_DEPTH) throw tooLarge(path)
    this.#refuseCycles(followPointer(this.root, steps), { open: new Set(open).add(key), path, depth: 0 })
    this.#acyclic.add(key)
  }
}
