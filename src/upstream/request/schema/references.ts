import { type ApiError, apiError } from '../../../contract/errors.js'
import { isNode, type SchemaNode } from './node.js'

/** Deepest nesting of one schema, references followed. Google's parser stops at 100 nested messages. */
export const MAX_DEPTH = 64
/** Most schema objects that one schema may become. */
export const MAX_NODES = 10_000
/** Most characters that references and combinations may add to one schema. */
export const MAX_ADDED_CHARS = 4 * 1024 * 1024

/** The references of one schema, and how far it may still grow by them. */
export interface References {
  /**
   * Finds what a `$ref` points to.
   *
   * @throws ApiError 400 when it points nowhere, to itself again, or would make the schema too large
   */
  resolve(ref: unknown, path: string): unknown
  /** Like `resolve`, but counts nothing: for a look ahead. Undefined where `resolve` would refuse. */
  peek(ref: unknown): unknown
  /** Counts one schema object. */
  countNode(path: string, depth: number): void
  /** Counts the characters of what is written out once more, `times` times. */
  countCopies(schema: unknown, times: number, path: string): void
}

/** 400: the schema would become larger or deeper than is sensible. */
export const tooLarge = (path: string): ApiError =>
  apiError(
    'unsupported_value',
    'This JSON Schema is too large or too deep for Gemini after its $ref references are expanded. Use a smaller schema.',
    { param: path },
  )

/** Reads `#`, `#/$defs/A~1b` and percent-encoded forms; undefined where it is no pointer into this document. */
function stepsOf(ref: unknown): readonly string[] | undefined {
  if (typeof ref !== 'string' || !(ref === '#' || ref.startsWith('#/'))) return undefined
  try {
    const pointer = decodeURIComponent(ref.slice(1))
    const steps = pointer.split('/').slice(1)
    return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined // a broken percent-encoding points nowhere
  }
}

function find(root: unknown, steps: readonly string[]): unknown {
  let found = root
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined
    found = Reflect.get(found, step)
  }
  return found
}

/** The schemas inside a schema that survive the translation; recursion elsewhere does no harm. */
function* keptChildren(node: SchemaNode): Generator<unknown> {
  if (isNode(node.properties)) yield* Object.values(node.properties)
  if (isNode(node.items)) yield node.items
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    const branches = node[keyword]
    if (Array.isArray(branches)) yield* branches
  }
}

/** Makes the references of the document `root`. */
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
    const steps = JSON.parse(key) as readonly string[] // written by keyOf
    refuseCyclesBelow(find(root, steps), { open: new Set(open).add(key), path, depth: 0 })
    acyclic.add(key)
  }

  const refuseCyclesBelow = (schema: unknown, at: { open: ReadonlySet<string>; path: string; depth: number }): void => {
    if (!isNode(schema)) return
    if (at.depth > MAX_DEPTH) throw tooLarge(at.path)
    const steps = stepsOf(schema.$ref)
    if (steps !== undefined) refuseCycle(JSON.stringify(steps), at.open, at.path)
    for (const child of keptChildren(schema)) refuseCyclesBelow(child, { ...at, depth: at.depth + 1 })
  }

  const peek = (ref: unknown): unknown => {
    const steps = stepsOf(ref)
    return steps === undefined ? undefined : find(root, steps)
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
      refuseCycle(JSON.stringify(stepsOf(ref)), new Set(), path)
      countCopies(target, 1, path)
      return target
    },
    countNode: (path, depth) => {
      nodes += 1
      if (nodes > MAX_NODES || depth > MAX_DEPTH) throw tooLarge(path)
    },
  }
}
