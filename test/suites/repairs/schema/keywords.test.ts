import { describe, expect, test } from 'vitest'
import { type Line, translated } from './translated.js'

const STRING = { type: 'string' }

test.each<Line>([
  ['date-time stays', { ...STRING, format: 'date-time' }, { ...STRING, format: 'date-time' }],
  ['int64 stays', { type: 'integer', format: 'int64' }, { type: 'integer', format: 'int64' }],
  ['double stays', { type: 'number', format: 'double' }, { type: 'number', format: 'double' }],
  ['date is dropped', { ...STRING, format: 'date' }, STRING, ['p.format']],
  ['uri is dropped', { ...STRING, format: 'uri' }, STRING, ['p.format']],
  ['of another type is dropped', { type: 'integer', format: 'date-time' }, { type: 'integer' }, ['p.format']],
  ['unknown and without a type is dropped', { format: 'uuid' }, {}, ['p.format']],
])('format: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<Line>([
  ['without items accept anything', { type: 'array' }, { type: 'array', items: {} }],
  ['items true', { type: 'array', items: true }, { type: 'array', items: {} }],
  ['items false', { type: 'array', items: false }, { type: 'array', items: {} }, ['p.items']],
  ['a tuple of draft 7 (items)', { type: 'array', items: [STRING] }, { type: 'array', items: STRING }, ['p.items']],
  [
    'a tuple of 2020-12 (prefixItems)',
    { type: 'array', prefixItems: [STRING], items: STRING },
    { type: 'array', items: STRING },
    ['p.prefixItems'],
  ],
  ['counts stay', { type: 'array', items: STRING, minItems: 1, maxItems: 2 }, { type: 'array', items: STRING, minItems: 1, maxItems: 2 }],
  ['items without a type get the type array', { items: STRING }, { type: 'array', items: STRING }],
])('arrays: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<Line>([
  ['properties without a type get the type object', { properties: { a: STRING } }, { type: 'object', properties: { a: STRING } }],
  ['boolean members', { properties: { a: true, b: false } }, { type: 'object', properties: { a: {}, b: {} } }, ['p.properties.b']],
  [
    'required names that are not declared',
    { type: 'object', properties: { a: STRING }, required: ['a', 'gone'] },
    { type: 'object', properties: { a: STRING }, required: ['a'] },
    ['p.required[1]'],
  ],
  ['required without properties', { type: 'object', required: ['a'] }, { type: 'object' }, ['p.required[0]']],
  [
    'names of Object.prototype',
    { properties: { a: STRING }, required: ['toString'] },
    { type: 'object', properties: { a: STRING } },
    ['p.required[0]'],
  ],
  [
    'properties named like Object.prototype members',
    { type: 'object', constructor: {}, toString: [] },
    { type: 'object' },
    ['p.constructor', 'p.toString'],
  ],
  ['closed', { type: 'object', additionalProperties: false }, { type: 'object', additionalProperties: false }],
  ['open', { type: 'object', additionalProperties: true }, { type: 'object', additionalProperties: true }],
  ['an empty schema in additionalProperties allows any members', { type: 'object', additionalProperties: {} }, { type: 'object' }],
  [
    'a schema in additionalProperties is dropped',
    { type: 'object', additionalProperties: STRING },
    { type: 'object' },
    ['p.additionalProperties'],
  ],
])('objects: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

const withValue =
  (value: unknown) =>
  (name: string): [string, unknown] => [name, value]

describe('keywords', () => {
  test.each<[name: string, value: unknown]>([
    ...['patternProperties', 'propertyNames', 'dependencies', 'dependentRequired', 'dependentSchemas'].map(
      withValue({ a: { minLength: 1 } }),
    ),
    ...['not', 'if', 'then', 'else', 'contains', 'unevaluatedProperties', 'unevaluatedItems', 'contentSchema'].map(
      withValue({ minLength: 1 }),
    ),
    ['uniqueItems', true],
    ['multipleOf', 5],
    ['minContains', 1],
    ['contentEncoding', 'base64'],
    ['mystery', 1],
  ])('%s is dropped and reported', (name, value) => {
    expect(translated({ type: 'object', [name]: value })).toEqual({ schema: { type: 'object' }, dropped: [`p.${name}`] })
  })

  test.each([
    ['$schema', 'https://json-schema.org/draft/2020-12/schema'],
    ['$id', 'urn:a'],
    ['$comment', 'c'],
    ['$anchor', 'a'],
    ['examples', ['a']],
    ['default', ''],
    ['readOnly', true],
    ['writeOnly', true],
    ['deprecated', true],
    ['x-order', 3],
    ['uniqueItems', false],
    ['propertyNames', STRING],
    ['enum', null],
    ['items', null],
  ])('%s %j is dropped without a report', (keyword, value) => {
    expect(translated({ ...STRING, [keyword]: value })).toEqual({ schema: STRING, dropped: [] })
  })

  test('a schema that Gemini supports is returned as the same object', () => {
    const raw = {
      type: 'object',
      title: 't',
      description: 'd',
      properties: {
        a: { type: 'string', minLength: 1, maxLength: 2, pattern: 'x', nullable: true },
        b: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 3, format: 'int32' }, minItems: 1, maxItems: 9 },
        c: { anyOf: [{ type: 'string', enum: ['u'] }, { type: 'boolean' }] },
      },
      required: ['a'],
      propertyOrdering: ['a', 'b', 'c'],
      minProperties: 1,
      maxProperties: 4,
      additionalProperties: false,
    }
    expect(translated(raw).schema).toBe(raw)
  })

  test('unchanged parts of a changed schema are the same objects', () => {
    const kept = { type: 'object', properties: { x: STRING } }
    const { schema } = translated({ $schema: 's', type: 'object', properties: { kept } })
    expect(schema).toEqual({ type: 'object', properties: { kept } })
    expect(Object.values(Object(schema.properties))[0]).toBe(kept)
  })

  test('properties that are named like keywords are not changed', () => {
    const names = ['format', 'const', '$ref', '$defs', 'not', 'default', 'allOf', 'type', 'properties', 'required', 'constructor']
    const raw = { type: 'object', properties: Object.fromEntries(names.map((name) => [name, STRING])), required: names }
    expect(translated(raw)).toEqual({ schema: raw, dropped: [] })
  })

  test('a property named __proto__ is not changed, and does not reach the prototype', () => {
    const { schema } = translated(JSON.parse('{"properties":{"__proto__":{"type":"string","const":"a"}}}'))
    expect(JSON.stringify(schema)).toBe('{"properties":{"__proto__":{"type":"string","enum":["a"]}},"type":"object"}')
    expect(Reflect.get({}, 'enum')).toBeUndefined()
  })

  test('dropped keywords are reported with their full path', () => {
    const raw = {
      type: 'object',
      properties: {
        list: { type: 'array', items: { anyOf: [STRING, { type: 'object', properties: { n: { type: 'number', exclusiveMinimum: 0 } } }] } },
      },
    }
    expect(translated(raw).dropped).toEqual(['p.properties.list.items.anyOf[1].properties.n.exclusiveMinimum'])
  })

  test.each([[true], [{}]])('%j allows everything', (raw) => {
    expect(translated(raw)).toEqual({ schema: {}, dropped: [] })
  })
})
