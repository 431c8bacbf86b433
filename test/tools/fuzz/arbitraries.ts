import fc, { type Arbitrary } from 'fast-check'

/** A JSON Schema in the OpenAPI document, or the document itself. */
export type Schema = Readonly<Record<string, unknown>>

const NAMES = ['a', 'x-y', 'toString', '__proto__', 'constructor', 'ü', '']
const anything = fc.jsonValue({ maxDepth: 2 })
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', ' ', '\u0000', '0', 'null', '[DONE]', 'data: x\n\n'),
)

/**
 * Generates values that match a schema.
 *
 * @param document - the document in which `$ref`s are resolved
 * @param depth - nesting levels below which optional members are omitted
 */
export function matchingValue(schema: Schema, document: Schema, depth = 6): Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') return matchingValue(resolved(schema.$ref, document), document, depth)
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  const branches = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => matchingValue(branch, document, depth)))
  const types = [schema.type ?? 'any'].flat() as string[]
  return fc.oneof(...types.map((type) => ofType(type, schema, document, depth)))
}

/** Resolves a reference within the document. */
export const resolved = (ref: string, document: Schema): Schema =>
  ref
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Schema)[key], document) as Schema

function ofType(type: string, schema: Schema, document: Schema, depth: number): Arbitrary<unknown> {
  const { minimum = -2147483648, maximum = 2147483647, minItems = 0, maxItems = 3, minLength = 0 } = schema as Record<string, number>
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum })
  if (type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true })
  if (type === 'string')
    return typeof schema.pattern === 'string'
      ? fc.stringMatching(new RegExp(schema.pattern))
      : text.filter((value) => value.length >= minLength)
  if (type === 'array') {
    const items = matchingValue((schema.items ?? {}) as Schema, document, depth - 1)
    return fc.array(items, { minLength: minItems, maxLength: depth < 0 ? minItems : Math.max(minItems, Math.min(maxItems, 3)) })
  }
  return type === 'object' ? object(schema, document, depth) : anything
}

function object(schema: Schema, document: Schema, depth: number): Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
  const required = (schema.required ?? []) as string[]
  const all = properties.filter(([name]) => depth > 0 || required.includes(name))
  const known = Object.fromEntries(
    all.map(([name, each]) => [name, fc.oneof({ weight: 1, arbitrary: matchingValue(each, document, depth - 1) })]),
  )
  const values =
    typeof schema.additionalProperties === 'object' ? matchingValue(schema.additionalProperties as Schema, document, depth - 1) : anything
  const members = fc.record(known, { requiredKeys: required })
  // Each generated request has only a few optional members: with all of them, the proxy would
  // refuse the first invalid one and not process the rest.
  const few = fc.tuple(members, fc.array(fc.nat(99), { maxLength: 6 })).map(([whole, chosen]) => {
    const optional = Object.keys(whole).filter((name) => !required.includes(name))
    const selected = new Set(chosen.map((index) => optional[index % Math.max(1, optional.length)]))
    return Object.fromEntries(Object.entries(whole).filter(([name]) => required.includes(name) || selected.has(name)))
  })
  const extra = fc.dictionary(fc.constantFrom(...NAMES), values, { maxKeys: 1, noNullPrototype: true })
  return fc
    .tuple(few, fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extra }))
    .map(([one, other]) => ({ ...other, ...one }))
}

/**
 * Generates values that differ from a valid value at one path: a member is missing or has another
 * type.
 */
export function brokenValue(value: unknown): Arbitrary<unknown> {
  const paths = pathsIn(value)
  return fc
    .tuple(
      fc.nat(paths.length - 1),
      fc.oneof(fc.constant(undefined), fc.constantFrom<unknown[]>(null, true, -1, 1e9, 0.5, '', 'x', [], {}, [[]])),
    )
    .map(([at, other]) => replaced(value, paths[at] ?? [], other))
}

type Path = readonly (string | number)[]

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]))
  return [path, ...inner]
}

function replaced(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? (replaced(each, rest, other) ?? null) : each))
  return Object.fromEntries(
    Object.entries(value as object).map(([name, each]) => [name, name === key ? replaced(each, rest, other) : each]),
  )
}
