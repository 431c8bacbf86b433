import { describe, expect, test } from 'vitest'
import { toJsonSchema } from '../../../../src/upstream/request/schema/toJsonSchema.js'

interface SchemaCase {
  readonly does: string
  readonly schema: object
  readonly expected: object
  /** Paths of keywords and schemas that the conversion drops; none by default. */
  readonly lost?: readonly string[]
}

const convert = (schema: object, use: 'parameters' | 'answer' = 'parameters') => {
  const lost: string[] = []
  const converted = toJsonSchema(schema as Record<string, unknown>, 's', (path) => lost.push(path), { use })
  return { converted, lost }
}

const of = (property: object) => ({ type: 'object', properties: { a: property } })
const NODE = { type: 'object', properties: { name: { type: 'string' }, next: { $ref: '#/$defs/Node' } } }
const REFERENCE = { $ref: '#/$defs/Node' }

const CASES: readonly SchemaCase[] = [
  { does: 'turns const into an enum of one value', schema: of({ const: 'x' }), expected: of({ enum: ['x'] }) },
  { does: 'turns const null into the type null', schema: of({ const: null }), expected: of({ type: 'null' }) },
  { does: 'drops a const that is an object', schema: of({ const: {} }), expected: of({}), lost: ['s.properties.a.const'] },
  { does: 'converts a boolean schema to one that allows anything', schema: of({ anyOf: [true] }), expected: of({ anyOf: [{}] }) },
  {
    does: 'reports a schema that allows nothing',
    schema: { type: 'object', properties: { a: false } },
    expected: of({}),
    lost: ['s.properties.a'],
  },
  {
    does: 'adds null to a nullable type',
    schema: of({ type: 'string', nullable: true }),
    expected: of({ type: ['string', 'null'] }),
  },
  {
    does: 'adds null beside the values of a nullable enum',
    schema: of({ type: 'string', description: 'd', enum: ['x'], nullable: true }),
    expected: of({ description: 'd', anyOf: [{ type: 'string', enum: ['x'] }, { type: 'null' }] }),
  },
  { does: 'keeps an enum of several types', schema: of({ enum: ['', 'a', 1] }), expected: of({ enum: ['', 'a', 1] }) },
  {
    does: 'lists the values of an enum with objects in the description',
    schema: of({ enum: ['a', { b: 1 }] }),
    expected: of({ description: 'One of: "a", {"b":1}' }),
    lost: ['s.properties.a.enum'],
  },
  {
    does: 'converts types to lower case and to their names in JSON Schema',
    schema: of({ type: ['STRING', 'int'] }),
    expected: of({ type: ['string', 'integer'] }),
  },
  { does: 'drops an unknown type', schema: of({ type: 'thing' }), expected: of({}), lost: ['s.properties.a.type'] },
  {
    does: 'converts the tuples of older JSON Schema drafts',
    schema: of({ type: 'array', items: [{ type: 'string' }], additionalItems: { type: 'number' } }),
    expected: of({ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } }),
  },
  {
    does: 'turns an exclusive bound of an integer into an inclusive one',
    schema: of({ type: 'integer', exclusiveMinimum: 0 }),
    expected: of({ type: 'integer', minimum: 1 }),
  },
  {
    does: 'drops required names without a property',
    schema: { ...of({ type: 'string' }), required: ['a', 'b'] },
    expected: { ...of({ type: 'string' }), required: ['a'] },
    lost: ['s.required[1]'],
  },
  {
    does: 'removes subschemas that Google ignores, as references within them would be broken',
    schema: of({ type: 'string', not: { $ref: '#/definitions/X' } }),
    expected: of({ type: 'string' }),
    lost: ['s.properties.a.not'],
  },
  {
    does: 'merges the parts of an allOf',
    schema: of({ allOf: [{ type: 'object', properties: { b: { type: 'string' } } }, { required: ['b'] }] }),
    expected: of({ type: 'object', properties: { b: { type: 'string' } }, required: ['b'] }),
  },
  {
    does: 'removes keywords without a value',
    schema: of({ type: 'string', description: null }),
    expected: of({ type: 'string' }),
  },
  {
    does: 'removes invalid values of anyOf and items',
    schema: of({ anyOf: [], items: 'x' }),
    expected: of({}),
    lost: ['s.properties.a.anyOf', 's.properties.a.items'],
  },
]

describe('a schema for the native API', () => {
  test.each(CASES)('$does', ({ schema, expected, lost = [] }) => {
    const before = structuredClone(schema)
    expect(convert(schema)).toEqual({ converted: expected, lost })
    expect(schema).toEqual(before)
  })

  test('is returned as the same object if nothing has to change', () => {
    const schema = { ...of({ type: 'string', pattern: '^x', maxLength: 3, format: 'date' }), additionalProperties: false, required: ['a'] }
    const { converted, lost } = convert(schema)
    expect(converted).toBe(schema)
    expect(lost).toEqual([])
  })
})

describe('the references of a schema', () => {
  test('stay unchanged if they point to $defs', () => {
    const schema = { ...of(REFERENCE), $defs: { Node: { type: 'object', properties: { b: { type: 'string' } } } } }
    expect(convert(schema)).toEqual({ converted: schema, lost: [] })
  })

  test('to definitions and to other subschemas are rewritten to $defs', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { $ref: '#/properties/a' }, c: { $ref: '#/definitions/a' } },
      definitions: { a: { type: 'number' } },
    }
    expect(convert(schema)).toEqual({
      converted: {
        type: 'object',
        properties: { a: { type: 'string' }, b: { $ref: '#/$defs/a_2' }, c: { $ref: '#/$defs/a' } },
        $defs: { a: { type: 'number' }, a_2: { type: 'string' } },
      },
      lost: [],
    })
  })

  test('with a description are wrapped in a schema with anyOf; other constraints beside them are listed as lost', () => {
    const schema = { ...of({ ...REFERENCE, description: 'The first.', minProperties: 1 }), $defs: { Node: NODE } }
    expect(convert(schema)).toEqual({
      converted: { ...of({ description: 'The first.', anyOf: [REFERENCE] }), $defs: { Node: NODE } },
      lost: ['s.properties.a.minProperties'],
    })
  })

  test('that are the only part of an allOf become anyOf', () => {
    const schema = { ...of({ allOf: [REFERENCE], title: 'A' }), $defs: { Node: NODE } }
    expect(convert(schema).converted).toEqual({ ...of({ title: 'A', anyOf: [REFERENCE] }), $defs: { Node: NODE } })
  })

  test('may recurse in optional properties, and are dropped in required ones', () => {
    const required = { ...NODE, required: ['next'] }
    expect(convert({ ...of(REFERENCE), $defs: { Node: NODE } })).toEqual({
      converted: { ...of(REFERENCE), $defs: { Node: NODE } },
      lost: [],
    })
    expect(convert({ ...of(REFERENCE), $defs: { Node: required } })).toEqual({
      converted: {
        ...of(REFERENCE),
        $defs: { Node: { ...required, properties: { name: { type: 'string' }, next: { type: 'object' } } } },
      },
      lost: ['s.$defs.Node.properties.next.$ref'],
    })
  })

  test('are dropped if two schemas require each other', () => {
    const to = (name: string) => ({ type: 'object', properties: { x: { $ref: `#/$defs/${name}` } }, required: ['x'] })
    const { lost } = convert({ ...of({ $ref: '#/$defs/A' }), $defs: { A: to('B'), B: to('A') } })
    expect(lost).toEqual(['s.$defs.A.properties.x.$ref'])
  })

  test.each([
    ['an annotation', { readOnly: true }, []],
    ['the type of their target', { type: 'object' }, []],
  ])('alone in an allOf are unwrapped, also beside %s', (_what, beside, lost) => {
    const comment = { type: 'object', properties: { parent: { allOf: [REFERENCE], ...beside }, reply: { allOf: [REFERENCE], ...beside } } }
    const schema = { ...of(REFERENCE), $defs: { Node: comment } }
    const expected = { ...of(REFERENCE), $defs: { Node: { type: 'object', properties: { parent: REFERENCE, reply: REFERENCE } } } }
    expect(convert(schema)).toEqual({ converted: expected, lost })
  })

  test('that recurse through an allOf with several parts are followed twice, then the rest is listed as lost', () => {
    const property = { allOf: [REFERENCE], required: ['name'] }
    const node = { type: 'object', properties: { name: { type: 'string' }, one: property, two: property } }
    const { converted, lost } = convert({ ...of(REFERENCE), $defs: { Node: node } })
    expect(JSON.stringify(converted).length).toBeLessThan(5_000)
    expect(converted).toMatchObject({ $defs: { Node: { properties: { one: { required: ['name'], properties: { two: REFERENCE } } } } } })
    expect(lost).toContain('s.$defs.Node.properties.one.properties.two.required')
  })

  test('among 400 definitions are searched for cycles quickly, and nothing is lost', () => {
    const names = Array.from({ length: 400 }, (_, index) => `D${index}`)
    const target = (index: number) => ({ $ref: `#/$defs/D${Math.min(index, 399)}` })
    const definitions = names.map((name, index) => {
      const properties = { a: target(index + 1), b: target(index + 2), c: target(index + 3) }
      return [name, index > 395 ? { type: 'string' } : { type: 'object', properties, required: ['a', 'b', 'c'] }] as const
    })
    expect(convert({ ...of(target(0)), $defs: Object.fromEntries(definitions) }).lost).toEqual([])
  })

  test('with the same last segment get different names in linear time', () => {
    const count = 3_000
    const properties = Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { $ref: `#/$defs/a${index}/x` }]))
    const $defs = Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, { x: { type: 'string' } }]))
    const { converted, lost } = convert({ type: 'object', properties, $defs })
    expect([lost, Object.keys(converted.$defs as object).length]).toEqual([[], count])
  })

  test('to a missing definition are dropped', () => {
    expect(convert(of({ $ref: '#/$defs/Gone' }))).toEqual({ converted: of({}), lost: ['s.properties.a.$ref'] })
  })

  test('are merged with the keywords beside them where they are inlined: at the root, and in an allOf', () => {
    const base = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] }
    const beside = { description: 'Search.', properties: { limit: { type: 'integer' } }, required: ['limit'] }
    const both = { properties: { limit: { type: 'integer' }, q: { type: 'string' } }, required: ['limit', 'q'] }
    const $defs = { Base: base }
    const whole = { type: 'object', description: 'Search.', ...both }
    expect(convert({ $ref: '#/$defs/Base', ...beside, $defs })).toEqual({ converted: whole, lost: [] })
    expect(convert({ type: 'object', allOf: [{ $ref: '#/$defs/Base', ...beside }], $defs })).toEqual({ converted: whole, lost: [] })
  })

  test('are inlined if they are the whole schema', () => {
    expect(convert({ $ref: '#/definitions/Node', definitions: { Node: of({ type: 'string' }) } }).converted).toMatchObject(
      of({ type: 'string' }),
    )
  })
})

describe('the root of a schema', () => {
  test('is always an object for function parameters', () => {
    expect(convert({ properties: {} }).converted).toEqual({ type: 'object', properties: {} })
    expect(convert({ type: ['object', 'null'] }).converted).toEqual({ type: 'object' })
    expect(convert({ type: 'string' })).toEqual({ converted: { type: 'object' }, lost: ['s'] })
    expect(convert({ $ref: '#' })).toEqual({ converted: { type: 'object' }, lost: ['s.$ref'] })
  })

  test('may be an array for an answer', () => {
    const schema = { type: 'array', items: { type: 'string' } }
    expect(convert(schema, 'answer')).toEqual({ converted: schema, lost: [] })
  })
})

describe('a hostile schema', () => {
  const nest = (depth: number): object => (depth === 0 ? { type: 'string' } : of(nest(depth - 1)))

  test("is cut at Google's maximum nesting depth", () => {
    const { converted, lost } = convert(nest(60))
    expect(JSON.stringify(converted).match(/properties/g)).toHaveLength(41)
    expect(lost).toHaveLength(1)
  })

  test.each([
    ['with 3,000 levels', nest(3_000)],
    [
      'with a chain of 3,000 references',
      {
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(
          Array.from({ length: 3_001 }, (_, i) => [`d${i}`, i === 3_000 ? of({ type: 'string' }) : { $ref: `#/$defs/d${i + 1}` }]),
        ),
      },
    ],
    ['with 60,000 subschemas', { type: 'object', properties: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`p${i}`, {}])) }],
    [
      'whose parts double at each level',
      {
        ...of({ $ref: '#/$defs/d0' }),
        $defs: Object.fromEntries(
          Array.from({ length: 60 }, (_, i) => [
            `d${i}`,
            { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { properties: { [`x${i}`]: { allOf: [{ $ref: `#/$defs/d${i + 1}` }, {}] } } }] },
          ]),
        ),
      },
    ],
  ])('%s is converted in bounded time, and what is lost is listed', (_, schema) => {
    const { converted, lost } = convert(schema)
    expect(JSON.stringify(converted).length).toBeLessThan(5_000_000)
    expect(lost.length).toBeGreaterThan(0)
  })
})
