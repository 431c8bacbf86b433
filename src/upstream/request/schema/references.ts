import { type ApiError, apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { SchemaNode } from './node.js'

/** Deepest nesting of one schema. Google's parser stops at 100 nested messages. */
export const MAX_DEPTH = 64
/** Most schema objects in one schema after its references are expanded. */
export const MAX_NODES = 10_000
/** Most characters that references and combinations may add to one schema. */
export const MAX_ADDED_CHARS = 4 * 1024 * 1024

/** The references of one schema, and the limits of its growth by expanding them. */
export interface References {
  /**
   * Returns the target of a `$ref`.
   *
   * @throws ApiError 400 without a target, for a cycle, or if the schema becomes too large
   */
  resolve(ref: unknown, path: string): unknown
  /** Returns the target of a `$ref` without counting it; undefined if there is none. */
  peek(ref: unknown): unknown
  /** Counts one schema object. @throws ApiError 400 if the schema becomes too large */
  countNode(path: string, depth: number): void
  /** Counts `times` copies of a schema. @throws ApiError 400 if the whole becomes too large */
  countCopies(schema: unknown, times: number, path: string): void
}

/** 400 `unsupported_value`: the schema becomes too large or too deep. */
export const tooLarge = (path: string): ApiError =>
  apiError(
    'unsupported_value',
    'This JSON Schema is too large or too deep for Gemini after its $ref references are expanded. Use a smaller schema.',
    { param: path },
  )

/** Parses `#`, `#/$defs/A~1b` and percent-encoded forms; undefined for another reference. */
function parsePointer(ref: unknown): readonly string[] | undefined {
  if (typeof ref !== 'string' || !(ref === '#' || ref.startsWith('#/'))) return undefined
  try {
    const pointer = decodeURIComponent(ref.slice(1))
    const steps = pointer.split('/').slice(1)
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

/** Makes the references of the schema `root`. */
export function makeReferences(root: unknown): References {
  const acyclic = new Set<string>()
  let nodes = 0
  let added = 0

  const countCopies = (schema: unknown, times: number, path: string): void => {
    added += (JSON.stringify(schema)?.length ?? 0) * times
    if (added > MAX_ADDED_CHARS) throw tooLarge(path)
  }

  const refuseCycle = (key: string, open: ReadonlySet<string>, path: string): void => {
    if (acyclic.has(key)) return
    if (open.has(key)) {
      throw apiError(
        'unsupported_value',
        'Gemini does not support recursive JSON Schemas. Write out the levels, or use an object without properties.',
        { param: path },
      )
    }
    if (open.size >= MAX_DEPTH) throw tooLarge(path)
    const steps = JSON.parse(key) as readonly string[] // made of steps below
    refuseCyclesBelow(followPointer(root, steps), { open: new Set(open).add(key), path, depth: 0 })
    acyclic.add(key)
  }

  const refuseCyclesBelow = (schema: unknown, at: { open: ReadonlySet<string>; path: string; depth: number }): void => {
    if (!isRecord(schema)) return
    if (at.depth > MAX_DEPTH) throw tooLarge(at.path)
    const steps = parsePointer(schema.$ref)
    if (steps !== undefined) refuseCycle(JSON.stringify(steps), at.open, at.path)
    for (const child of listChildren(schema)) refuseCyclesBelow(child, { ...at, depth: at.depth + 1 })
  }

  const peek = (ref: unknown): unknown => {
    const steps = parsePointer(ref)
    return steps === undefined ? undefined : followPointer(root, steps)
  }

  return {
    peek,
    countCopies,
    resolve: (ref, path) => {
      const target = peek(ref)
      if (target === undefined) {
        throw apiError('invalid_value', `The $ref ${JSON.stringify(ref).slice(0, 100)} does not exist in this JSON Schema.`, {
          param: path,
        })
      }
      refuseCycle(JSON.stringify(parsePointer(ref)), new Set(), path)
      countCopies(target, 1, path)
      return target
    },
    countNode: (path, depth) => {
      nodes += 1
      if (nodes > MAX_NODES || depth > MAX_DEPTH) throw tooLarge(path)
    },
  }
}
