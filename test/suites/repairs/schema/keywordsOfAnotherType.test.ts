import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { expectInEverySchemaField } from './schemaFields.js'
import { type Line, translated } from './translated.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off' }, { strictSchemas: true })
})
afterAll(() => proxy.close())

const STRING = { type: 'string' }
const A = { a: STRING }
const OBJECT = { properties: A, required: ['a'] }

const LINES: readonly Line[] = [
  ['an object in a string', { ...STRING, ...OBJECT }, STRING, ['p.properties', 'p.required']],
  ['an object in an integer', { type: 'integer', ...OBJECT }, { type: 'integer' }, ['p.properties', 'p.required']],
  ['an object in a boolean', { type: 'boolean', properties: A }, { type: 'boolean' }, ['p.properties']],
  ['an object in null', { type: 'null', properties: A }, { type: 'null' }, ['p.properties']],
  [
    'an object in an array',
    { type: 'array', items: STRING, properties: A, propertyOrdering: ['a'] },
    { type: 'array', items: STRING },
    ['p.properties', 'p.propertyOrdering'],
  ],
  ['items in an object', { type: 'object', properties: A, items: STRING }, { type: 'object', properties: A }, ['p.items']],
  ['items in a string', { ...STRING, items: STRING }, STRING, ['p.items']],
  ['a list of items in a string', { ...STRING, items: [STRING] }, STRING, ['p.items']],
  ['required alone in a string', { ...STRING, required: ['a'] }, STRING, ['p.required']],
  ['propertyOrdering without a type', { description: 'd', propertyOrdering: ['a'] }, { description: 'd' }, ['p.propertyOrdering']],
  ['properties and items without a type', { properties: A, items: STRING }, { type: 'object', properties: A }, ['p.items']],
  [
    'counts of items and properties in other types',
    { ...STRING, minItems: 1, maxProperties: 2, maxLength: 3 },
    { ...STRING, maxLength: 3 },
    ['p.maxProperties', 'p.minItems'],
  ],
  ['bounds of a string', { ...STRING, minimum: 1, exclusiveMaximum: 3 }, STRING, ['p.minimum', 'p.exclusiveMaximum']],
  ['a length of a number', { type: 'number', minLength: 1, minimum: 2 }, { type: 'number', minimum: 2 }, ['p.minLength']],
  ['additionalProperties in a string', { ...STRING, additionalProperties: false }, STRING, ['p.additionalProperties']],
  ['upper case', { type: 'STRING', properties: A }, { type: 'STRING' }, ['p.properties']],
  [
    'at any depth',
    { type: 'array', items: { type: 'object', properties: { x: { type: 'number', ...OBJECT } } } },
    { type: 'array', items: { type: 'object', properties: { x: { type: 'number' } } } },
    ['p.items.properties.x.properties', 'p.items.properties.x.required'],
  ],
  ['added to an allOf', { allOf: [STRING, { properties: A }] }, STRING, ['p.properties']],
  ['added to a const', { const: 'x', properties: A }, { ...STRING, enum: ['x'] }, ['p.properties']],
  ['added to an enum', { enum: ['x'], items: STRING }, { ...STRING, enum: ['x'] }, ['p.items']],
  ['added to a reference', { $ref: '#/$defs/S', properties: A, $defs: { S: STRING } }, STRING, ['p.properties']],
  [
    'beside anyOf',
    { anyOf: [{ type: 'object' }, { type: 'null' }, STRING], properties: A },
    { anyOf: [{ type: 'object', properties: A }, STRING], nullable: true },
    ['p.anyOf[1].properties'],
  ],
  [
    'beside oneOf',
    { oneOf: [{ type: 'array', items: STRING }, STRING], items: STRING, minItems: 1 },
    { anyOf: [{ type: 'array', items: STRING, minItems: 1 }, STRING] },
    ['p.anyOf[1].items', 'p.anyOf[1].minItems'],
  ],
  [
    'a list of types is valid already',
    { type: ['object', 'string'], properties: A, required: ['a'] },
    { anyOf: [{ type: 'object', properties: A, required: ['a'] }, STRING] },
  ],
  [
    'an object is valid already',
    { type: 'object', ...OBJECT, propertyOrdering: ['a'] },
    { type: 'object', ...OBJECT, propertyOrdering: ['a'] },
  ],
]

describe('keywords of another type are dropped and reported', () => {
  test.each(LINES)('%s', async (_title, raw, expected, dropped) => {
    await expectInEverySchemaField(proxy, raw, expected, dropped)
  })
})

test.each<Line>([
  ['a string', { ...STRING, ...OBJECT }, STRING, ['p.properties', 'p.required']],
  [
    'a choice of objects and a string',
    { anyOf: [{ type: 'object' }, STRING], properties: A },
    { anyOf: [{ type: 'object', properties: A }, STRING] },
    ['p.anyOf[1].properties'],
  ],
])('at the root of a schema, too: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})
