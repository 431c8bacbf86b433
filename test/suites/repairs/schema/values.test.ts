import { expect, test } from 'vitest'
import { type Line, translated } from './translated.js'

test.each<Line>([
  ['a string const is an enum of one', { const: 'a' }, { type: 'string', enum: ['a'] }],
  ['a string const beats the enum beside it', { const: 'a', enum: ['a', 'b'] }, { type: 'string', enum: ['a'] }],
  ['an integer const is two bounds', { const: 3 }, { type: 'integer', minimum: 3, maximum: 3 }],
  ['a const of zero counts', { type: 'number', const: 0 }, { type: 'number', minimum: 0, maximum: 0 }],
  ['a fractional const is a number', { const: 0.5 }, { type: 'number', minimum: 0.5, maximum: 0.5 }],
  ['a const of null is the type null', { const: null }, { type: 'null' }],
  ['a boolean const is dropped, its type is not', { const: true }, { type: 'boolean' }, ['p.const']],
  ['an object const is dropped', { type: 'object', const: { a: 1 } }, { type: 'object' }, ['p.const']],
])('const: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<Line>([
  ['strings are unchanged', { type: 'string', enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
  ['strings get the type string', { enum: ['a'] }, { type: 'string', enum: ['a'] }],
  ['null becomes nullable', { type: ['string', 'null'], enum: ['a', null] }, { type: 'string', enum: ['a'], nullable: true }],
  ['only null becomes the type null', { enum: [null] }, { type: 'null' }],
  [
    'with the empty string, the values are listed in the description instead',
    { type: 'string', description: 'The order.', enum: ['', 'a', null] },
    { type: 'string', description: 'The order.\nOne of: "", "a"', nullable: true },
    ['p.enum'],
  ],
  [
    'a long list of values is described in part',
    { enum: ['', 'x'.repeat(9_000)] },
    { type: 'string', description: `One of: "", "${'x'.repeat(3_987)}…` },
    ['p.enum'],
  ],
  ['only the empty string', { enum: [''] }, { type: 'string', description: 'One of: ""' }, ['p.enum']],
  ['numbers in an enum of the type string are dropped', { type: 'string', enum: ['a', 1] }, { type: 'string', enum: ['a'] }, ['p.enum[1]']],
  [
    'values of several types become anyOf',
    { enum: ['auto', 1, 2, true, null], description: 'd' },
    {
      description: 'd',
      nullable: true,
      anyOf: [{ type: 'string', enum: ['auto'] }, { type: 'integer', minimum: 1, maximum: 2 }, { type: 'boolean' }],
    },
    ['p.anyOf[1].enum', 'p.anyOf[2].enum'],
  ],
  [
    'objects among strings become a branch of anyOf',
    { enum: ['a', '', { b: 1 }] },
    { anyOf: [{ type: 'string', description: 'One of: "a", ""' }, { type: 'object' }] },
    ['p.anyOf[0].enum', 'p.anyOf[1].enum'],
  ],
  [
    'values of several types beside anyOf',
    { enum: ['a', 1], anyOf: [{ type: 'string' }, { type: 'number' }] },
    { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'integer' }] },
    ['p.anyOf[0].enum[1]', 'p.anyOf[1].enum'],
  ],
  ['integers become bounds', { type: 'integer', enum: [5, 1, 3] }, { type: 'integer', minimum: 1, maximum: 5 }, ['p.enum']],
  [
    'integers do not loosen existing bounds',
    { type: 'number', enum: [1, 3], maximum: 2 },
    { type: 'number', minimum: 1, maximum: 2 },
    ['p.enum'],
  ],
  ['booleans are dropped', { type: 'boolean', enum: [true] }, { type: 'boolean' }, ['p.enum']],
  ['strings in an enum of integers are dropped', { type: 'integer', enum: ['1', '2'] }, { type: 'integer' }, ['p.enum']],
  ['an empty enum is dropped', { type: 'string', enum: [] }, { type: 'string' }, ['p.enum']],
])('enum: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<Line>([
  ['a lower bound of an integer', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }],
  ['an upper bound of an integer', { type: 'integer', exclusiveMaximum: 10 }, { type: 'integer', maximum: 9 }],
  [
    'fractional bounds of an integer',
    { type: 'integer', exclusiveMinimum: 0.5, exclusiveMaximum: 9.5 },
    { type: 'integer', minimum: 1, maximum: 9 },
  ],
  ['the tighter bound is used', { type: 'integer', exclusiveMinimum: 0, minimum: 5 }, { type: 'integer', minimum: 5 }],
  [
    'bounds of numbers are approximated and reported',
    { type: 'number', exclusiveMinimum: 0 },
    { type: 'number', minimum: 0 },
    ['p.exclusiveMinimum'],
  ],
  ['draft 4 on an integer', { type: 'integer', minimum: 0, exclusiveMinimum: true }, { type: 'integer', minimum: 1 }],
  ['draft 4 on a number', { type: 'number', maximum: 1, exclusiveMaximum: true }, { type: 'number', maximum: 1 }, ['p.exclusiveMaximum']],
  ['draft 4: false', { type: 'number', minimum: 0, exclusiveMinimum: false }, { type: 'number', minimum: 0 }],
  ['draft 4: true without a bound', { type: 'number', exclusiveMinimum: true }, { type: 'number' }, ['p.exclusiveMinimum']],
])('exclusive bounds: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test.each<readonly [text: string, expected: unknown, dropped: readonly string[]]>([
  ['{"type":"number","minimum":1e999,"maximum":5}', { type: 'number', maximum: 5 }, ['p.minimum']],
  ['{"type":"integer","exclusiveMinimum":-1e999}', { type: 'integer' }, ['p.exclusiveMinimum']],
  ['{"type":"number","const":1e999}', { type: 'number' }, ['p.const']],
  ['{"type":"number","enum":[1,1e999]}', { type: 'number' }, ['p.enum']],
  ['{"type":"string","maxLength":1e999}', { type: 'string' }, ['p.maxLength']],
])('a number that overflows a double is dropped: %s', (text, expected, dropped) => {
  expect(translated(JSON.parse(text))).toEqual({ schema: expected, dropped })
})
