import { expect, test } from 'vitest'
import { type Line, translated } from './translated.js'

const STRING = { type: 'string' }
const NUMBER = { type: 'number' }
const NULL = { type: 'null' }
const object = (properties: object, ...required: readonly string[]): object => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
})

test.each<Line>([
  ['null beside one type', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
  ['one type', { type: ['string'] }, STRING],
  ['null alone', { type: ['null'] }, NULL],
  ['integer is a number', { type: ['integer', 'number'] }, NUMBER],
  ['several', { type: ['string', 'number'], description: 'd' }, { description: 'd', anyOf: [STRING, NUMBER] }],
  [
    'each with its own keywords',
    { type: ['string', 'array', 'null'], minLength: 1, items: STRING, enum: ['a', ['b'], null] },
    {
      anyOf: [
        { type: 'string', minLength: 1, enum: ['a'] },
        { type: 'array', items: STRING },
      ],
      nullable: true,
    },
    ['p.anyOf[1].enum'],
  ],
  ['an unknown type', { type: 'file', description: 'd' }, { description: 'd' }, ['p.type']],
  ['upper case', { type: 'STRING' }, { type: 'STRING' }],
])('type lists: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<Line>([
  ['stays', { anyOf: [STRING, NUMBER] }, { anyOf: [STRING, NUMBER] }],
  ['null branch', { anyOf: [STRING, NULL], title: 't' }, { type: 'string', title: 't', nullable: true }],
  ['null as const', { anyOf: [STRING, { const: null }] }, { type: 'string', nullable: true }],
  ['null by reference', { anyOf: [STRING, { $ref: '#/$defs/N' }], $defs: { N: NULL } }, { type: 'string', nullable: true }],
  ['null and two other types', { anyOf: [STRING, NUMBER, NULL] }, { anyOf: [STRING, NUMBER], nullable: true }],
  ['null alone', { anyOf: [NULL] }, NULL],
  ['any value or null', { anyOf: [{}, NULL] }, { nullable: true }],
  ['one branch', { anyOf: [{ $ref: '#/$defs/A' }], $defs: { A: STRING } }, STRING],
  ['no branch', { type: 'string', anyOf: [] }, STRING, ['p.anyOf']],
  ['oneOf', { oneOf: [STRING, NUMBER] }, { anyOf: [STRING, NUMBER] }],
  [
    'oneOf with constants',
    { oneOf: [{ const: 'a' }, { const: 'b' }] },
    {
      anyOf: [
        { ...STRING, enum: ['a'] },
        { ...STRING, enum: ['b'] },
      ],
    },
  ],
  ['oneOf beside anyOf', { anyOf: [STRING, NUMBER], oneOf: [STRING] }, { anyOf: [STRING, NUMBER] }, ['p.oneOf']],
  ['nested', { anyOf: [{ anyOf: [STRING, NULL] }, NUMBER] }, { anyOf: [{ ...STRING, nullable: true }, NUMBER] }],
  [
    'keywords beside it are copied into each branch',
    object({ a: { type: 'string', description: 'd', anyOf: [{ minLength: 3 }, { enum: ['x'] }] } }),
    object({
      a: {
        description: 'd',
        anyOf: [
          { ...STRING, minLength: 3 },
          { ...STRING, enum: ['x'] },
        ],
      },
    }),
  ],
  [
    'alternatives in `required` keep the properties that they name',
    object({ a: { ...object({ b: STRING, c: STRING }), anyOf: [{ required: ['b'] }, { required: ['c'] }] } }),
    object({ a: { anyOf: [object({ b: STRING, c: STRING }, 'b'), object({ b: STRING, c: STRING }, 'c')] } }),
  ],
  [
    'at the root becomes one object',
    { ...object({ a: STRING }, 'a'), anyOf: [{ properties: { b: STRING }, required: ['b'] }, { properties: { b: NUMBER, c: STRING } }] },
    object({ a: STRING, b: { anyOf: [STRING, NUMBER] }, c: STRING }, 'a'),
    ['p.anyOf'],
  ],
])('anyOf and oneOf: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<Line>([
  ['one reference', { description: 'd', allOf: [{ $ref: '#/$defs/A' }], $defs: { A: STRING } }, { ...STRING, description: 'd' }],
  [
    'the tighter bounds are used',
    {
      allOf: [
        { type: 'number', minimum: 1, maximum: 9 },
        { minimum: 2, maximum: 10 },
      ],
    },
    { type: 'number', minimum: 2, maximum: 9 },
  ],
  ['types: the intersection', { allOf: [{ type: ['string', 'number'] }, { type: ['integer', 'null'] }] }, { type: 'integer' }],
  ['enums: the intersection', { allOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }, { ...STRING, enum: ['b'] }],
  [
    'objects: all properties of both',
    { allOf: [object({ a: STRING }, 'a'), object({ b: NUMBER }, 'b')] },
    object({ a: STRING, b: NUMBER }, 'a', 'b'),
  ],
  [
    'a property in both parts',
    { allOf: [object({ a: STRING }), object({ a: { minLength: 2 } })] },
    object({ a: { ...STRING, minLength: 2 } }),
  ],
  [
    'items in both parts',
    { allOf: [{ type: 'array', items: STRING }, { items: { maxLength: 3 } }] },
    { type: 'array', items: { ...STRING, maxLength: 3 } },
  ],
  ['nested', { allOf: [{ allOf: [STRING] }, { allOf: [{ minLength: 1 }] }] }, { ...STRING, minLength: 1 }],
  [
    'additionalProperties: false of one part applies',
    { allOf: [{ type: 'object', additionalProperties: true }, { additionalProperties: false }] },
    { type: 'object', additionalProperties: false },
  ],
  ['true is ignored', { allOf: [true, STRING] }, STRING],
  ['false is reported as dropped', { allOf: [false], type: 'string' }, STRING, ['p']],
  ['types that exclude each other', { allOf: [STRING, NUMBER] }, STRING, ['p.type']],
  ['two patterns', { type: 'string', pattern: 'a', allOf: [{ pattern: 'b' }] }, { ...STRING, pattern: 'a' }, ['p.pattern']],
  ['two alternatives', { allOf: [{ anyOf: [STRING, NUMBER] }, { anyOf: [NUMBER, NULL] }] }, { anyOf: [STRING, NUMBER] }, ['p.anyOf']],
])('allOf: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})
