import fc from 'fast-check'
import { expect, test } from 'vitest'
import { schemaViolations } from '../../../doubles/simulator/schemaRules.js'
import type { Violation } from '../../../doubles/simulator/strict.js'
import { translated } from './translated.js'

const KEPT = (
  'type format title description nullable enum anyOf properties required propertyOrdering items additionalProperties ' +
  'minProperties maxProperties minItems maxItems minLength maxLength pattern minimum maximum'
).split(' ')
const BESIDE_ANY_OF = ['title', 'description', 'nullable', 'anyOf']
const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null', 'file']
const OF_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  properties: ['object'],
  required: ['object'],
  propertyOrdering: ['object'],
  items: ['array'],
  maxItems: ['array', undefined],
  minLength: ['string', undefined],
  pattern: ['string', undefined],
  minimum: ['number', 'integer', undefined],
}
const HAS_VALUE: Readonly<Record<string, (value: unknown) => boolean>> = {
  title: (value) => typeof value === 'string',
  pattern: (value) => typeof value === 'string',
  nullable: (value) => typeof value === 'boolean',
  minLength: (value) => Number.isInteger(value) && Number(value) >= 0,
  maxItems: (value) => Number.isInteger(value) && Number(value) >= 0,
  minimum: (value) => Number.isFinite(value),
  propertyOrdering: Array.isArray,
}

const scalar = fc.constantFrom<unknown[]>(null, true, false, 0, 1, -2.5, '', 'a', 'b')
const type = fc.constantFrom(...TYPES)
const name = fc.constantFrom('a', 'b', 'const', '$ref', '__proto__', 'format')
const reference = fc.constantFrom('#/$defs/A', '#/$defs/B', '#', '#/properties/a', '#/none', 'other.json')

const keywords = fc.record(
  {
    type: fc.oneof(type, fc.array(type, { maxLength: 3 }), fc.constant(null)),
    format: fc.constantFrom('date', 'date-time', 'int32', 'float', 'uri'),
    enum: fc.array(scalar, { maxLength: 4 }),
    const: scalar,
    description: fc.string(),
    default: scalar,
    $ref: fc.option(reference, { freq: 1 }),
    required: fc.oneof(fc.array(name, { maxLength: 3 }), fc.boolean()),
    ...{ minimum: fc.integer(), maximum: fc.integer(), exclusiveMinimum: fc.oneof(fc.integer(), fc.boolean()) },
    ...{ exclusiveMaximum: fc.oneof(fc.double({ noNaN: true }), fc.boolean()), multipleOf: fc.integer(), uniqueItems: fc.boolean() },
    ...{ minLength: fc.oneof(fc.nat(), scalar), pattern: fc.oneof(fc.string(), scalar), nullable: fc.oneof(fc.boolean(), scalar) },
    ...{ maxItems: fc.oneof(fc.nat(), fc.double()), title: scalar, propertyOrdering: fc.oneof(fc.array(name), scalar) },
  },
  { requiredKeys: [] },
)

/** A random few of the keywords, so that a schema does not have all of them at once. */
const fewKeywords = fc
  .tuple(keywords, fc.array(fc.nat(18), { maxLength: 4 }))
  .map(([all, chosen]) => Object.fromEntries(Object.entries(all).filter((_, index) => chosen.includes(index))))

const { schema } = fc.letrec((tie) => {
  const one = tie('schema')
  const some = fc.array(one, { maxLength: 3 })
  const members = fc.dictionary(name, one, { maxKeys: 3 })
  const below = fc.oneof(
    fc.tuple(fc.constantFrom('allOf', 'anyOf', 'oneOf', 'items'), some),
    fc.tuple(fc.constantFrom('properties', 'patternProperties'), members),
    fc.tuple(fc.constantFrom('items', 'not', 'if', 'additionalProperties', 'propertyNames'), one),
  )
  const branched = fc.tuple(fewKeywords, fc.array(below, { maxLength: 2 })).map(([own, more]) => ({ ...own, ...Object.fromEntries(more) }))
  return { schema: fc.oneof({ maxDepth: 4 }, fc.oneof(fc.boolean(), fewKeywords), branched) }
})

const document = fc
  .tuple(schema, fc.record({ A: schema, B: schema }))
  .map(([root, $defs]) => (typeof root === 'object' && root !== null ? { ...root, $defs } : root))

/** Returns every violation of Gemini's schema rules, with its path. */
function broken(found: unknown, path: string): string[] {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return [`${path}: no object`]
  const node: Record<string, unknown> = { ...found }
  const keys = Object.keys(node)
  const faults = keys.filter((key) => !KEPT.includes(key)).map((key) => `${path}: ${key}`)
  if (node.type !== undefined && !(typeof node.type === 'string' && TYPES.slice(0, -1).includes(node.type))) faults.push(`${path}: type`)
  if (node.type === 'array' && node.items === undefined) faults.push(`${path}: no items`)
  if (node.anyOf !== undefined && keys.some((key) => !BESIDE_ANY_OF.includes(key))) faults.push(`${path}: beside anyOf: ${keys}`)
  for (const [key, value] of Object.entries(node)) {
    if (!(OF_TYPE[key]?.includes(node.type) ?? true)) faults.push(`${path}: ${key} of ${node.type}`)
    if (!(HAS_VALUE[key]?.(value) ?? true)) faults.push(`${path}: value of ${key}`)
  }
  const { enum: values, required } = node
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
  if (values !== undefined && !(node.type === 'string' && Array.isArray(values) && values.length > 0 && values.every(isText))) {
    faults.push(`${path}: enum`)
  }
  const properties: object = typeof node.properties === 'object' && node.properties !== null ? node.properties : {}
  if (required !== undefined && !(Array.isArray(required) && required.every((one) => Object.hasOwn(properties, one)))) {
    faults.push(`${path}: required`)
  }
  const branches = Array.isArray(node.anyOf) ? node.anyOf : []
  return [
    ...faults,
    ...(node.items === undefined ? [] : broken(node.items, `${path}.items`)),
    ...branches.flatMap((branch, index) => broken(branch, `${path}.anyOf[${index}]`)),
    ...Object.entries(properties).flatMap(([key, value]) => broken(value, `${path}.properties.${key}`)),
  ]
}

const RUNS = { numRuns: 3000, seed: 20261124 }

test('any schema is translated into one that Gemini accepts, and the original is not changed', () => {
  fc.assert(
    fc.property(document, (raw) => {
      const before = structuredClone(raw)
      const result = translated(raw)
      expect(raw).toEqual(before)
      expect(broken(result.schema, 'p')).toEqual([])
      const violations: Violation[] = []
      schemaViolations(result.schema, 'p', violations)
      expect(violations).toEqual([])
    }),
    RUNS,
  )
})

test('translating a translated schema drops nothing', () => {
  fc.assert(
    fc.property(document, (raw) => {
      expect(translated(translated(raw).schema).dropped).toEqual([])
    }),
    RUNS,
  )
})
