import { afterAll, beforeAll, describe, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { expectInEverySchemaField } from './schemaFields.js'
import type { Line } from './translated.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off' }, { strictSchemas: true })
})
afterAll(() => proxy.close())

const STRING = { type: 'string' }
const NUMBER = { type: 'number' }
const without = (type: object, keyword: string, value: unknown): Line => [
  `${keyword} ${JSON.stringify(value)}`,
  { ...type, [keyword]: value },
  type,
  [`p.${keyword}`],
]

describe('an invalid value of a keyword is dropped and reported', () => {
  test.each<Line>([
    ...[5, ['x'], {}, true].map((value) => without(STRING, 'title', value)),
    ...[['x'], 0, { en: 'x' }].map((value) => without(STRING, 'description', value)),
    ...[1, ['^a'], {}].map((value) => without(STRING, 'pattern', value)),
    ...['true', 1, []].map((value) => without(STRING, 'nullable', value)),
    ...[1e30, 2 ** 63, -1, 1.5, '3', true].map((value) => without(STRING, 'maxLength', value)),
    ...['1', -3].map((value) => without({ type: 'array', items: STRING }, 'minItems', value)),
    ...[[], 0.5].map((value) => without({ type: 'object' }, 'maxProperties', value)),
    ...['0', true, {}].map((value) => without(NUMBER, 'minimum', value)),
    ...['9', {}].map((value) => without({ type: 'integer' }, 'exclusiveMaximum', value)),
    ...['a', { a: 1 }, 3].map((value) => without(STRING, 'enum', value)),
    ...[5, ['date-time']].map((value) => without(STRING, 'format', value)),
    ...['a', [1], { a: 1 }].map((value) => without({ type: 'object', properties: { a: STRING } }, 'propertyOrdering', value)),
    ...['a', { a: true }].map((value) => without({ type: 'object', properties: { a: STRING } }, 'required', value)),
    ...['x', 7].map((value): Line => [`items ${value}`, { type: 'array', items: value }, { type: 'array', items: {} }, ['p.items']]),
    ['type 5', { type: 5, description: 'd' }, { description: 'd' }, ['p.type']],
    ['additionalProperties "no"', { type: 'object', additionalProperties: 'no' }, { type: 'object' }, ['p.additionalProperties']],
    [
      'the valid value in an allOf',
      { ...STRING, allOf: [{ maxLength: '5' }, { maxLength: 4 }] },
      { ...STRING, maxLength: 4 },
      ['p.maxLength'],
    ],
    ['the valid one of two bounds', { type: 'integer', minimum: '5', exclusiveMinimum: 1 }, { type: 'integer', minimum: 2 }, ['p.minimum']],
    ['in a branch of anyOf', { anyOf: [{ ...STRING, title: 1 }, NUMBER] }, { anyOf: [STRING, NUMBER] }, ['p.anyOf[0].title']],
  ])('%s', async (_title, raw, expected, dropped) => {
    await expectInEverySchemaField(proxy, raw, expected, dropped)
  })
})

describe('a valid value of a keyword is not changed', () => {
  test.each<Line>(
    [
      { ...STRING, minLength: 0, maxLength: 524_288, title: '', description: 'd', pattern: '', nullable: false },
      { type: 'integer', minimum: -9_007_199_254_740_991, maximum: 1e30 },
      { type: 'array', items: STRING, maxItems: 2 ** 53 },
    ].map((schema): Line => [JSON.stringify(schema), schema, schema]),
  )('%s', async (_title, raw, expected, dropped) => {
    await expectInEverySchemaField(proxy, raw, expected, dropped)
  })
})

describe('format: "enum" requires values', () => {
  test.each<Line>([
    ['without values', { ...STRING, format: 'enum' }, STRING, ['p.format']],
    ['with an empty list', { ...STRING, format: 'enum', enum: [] }, STRING, ['p.enum', 'p.format']],
    ['without a type', { format: 'enum', description: 'd' }, { description: 'd' }, ['p.format']],
    [
      'with only an empty value',
      { ...STRING, format: 'enum', enum: [''] },
      { ...STRING, description: 'One of: ""' },
      ['p.enum', 'p.format'],
    ],
    ['of a number', { type: 'integer', format: 'enum', enum: [1, 2] }, { type: 'integer', minimum: 1, maximum: 2 }, ['p.enum', 'p.format']],
    ['from an allOf', { allOf: [STRING, { format: 'enum' }] }, STRING, ['p.format']],
    ['with values', { ...STRING, format: 'enum', enum: ['a'] }, { ...STRING, format: 'enum', enum: ['a'] }],
    ['with a const', { format: 'enum', const: 'a' }, { ...STRING, format: 'enum', enum: ['a'] }],
    [
      'in one of two branches of anyOf',
      { ...STRING, format: 'enum', anyOf: [{ enum: ['a'] }, { minLength: 3 }] },
      {
        anyOf: [
          { ...STRING, format: 'enum', enum: ['a'] },
          { ...STRING, minLength: 3 },
        ],
      },
      ['p.anyOf[1].format'],
    ],
    ['another format of a string', { ...STRING, format: 'byte' }, STRING, ['p.format']],
    ['a date', { ...STRING, format: 'date-time' }, { ...STRING, format: 'date-time' }],
  ])('%s', async (_title, raw, expected, dropped) => {
    await expectInEverySchemaField(proxy, raw, expected, dropped)
  })
})

describe('type names of other languages are translated', () => {
  test.each<Line>([
    ...Object.entries({ int: 'integer', float: 'number', bool: 'boolean', dict: 'object', str: 'string', Str: 'string' }).map(
      ([type, expected]): Line => [type, { type }, { type: expected }],
    ),
    ['list', { type: 'list', items: { type: 'str' } }, { type: 'array', items: STRING }],
    ['in a list of types', { type: ['str', 'null'] }, { ...STRING, nullable: true }],
    ['in an allOf', { allOf: [{ type: 'float' }, { type: 'integer' }] }, { type: 'integer' }],
    [
      'with keywords',
      { type: 'dict', properties: { a: { type: 'int', minimum: 1 } } },
      { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } },
    ],
    ['an unknown name', { type: 'decimal', description: 'd' }, { description: 'd' }, ['p.type']],
  ])('%s', async (_title, raw, expected, dropped) => {
    await expectInEverySchemaField(proxy, raw, expected, dropped)
  })
})
