import { afterAll, beforeAll, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { expectInEverySchemaField } from './schemaFields.js'
import type { Line } from './translated.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off' }, { strictSchemas: true })
})
afterAll(() => proxy.close())

const STRING = { type: 'string' }
const INTEGER = { type: 'integer' }
const ARRAY = { type: 'array' }
const EITHER = { anyOf: [INTEGER, STRING] }
const TWO = { minItems: 2, maxItems: 2 }

test.each<Line>([
  [
    'two of one type',
    { ...ARRAY, prefixItems: [INTEGER, INTEGER], items: false },
    { ...ARRAY, items: INTEGER, ...TWO },
    ['p.prefixItems', 'p.items'],
  ],
  ['two types', { ...ARRAY, prefixItems: [INTEGER, STRING], ...TWO }, { ...ARRAY, items: EITHER, ...TWO }, ['p.prefixItems']],
  [
    'a closed tuple with minItems and maxItems',
    { ...ARRAY, prefixItems: [INTEGER, STRING], items: false, minItems: 1, maxItems: 5 },
    { ...ARRAY, items: EITHER, minItems: 1, maxItems: 2 },
    ['p.prefixItems', 'p.items'],
  ],
  ['further items of another type', { ...ARRAY, prefixItems: [INTEGER], items: STRING }, { ...ARRAY, items: EITHER }, ['p.prefixItems']],
  ['further items of the same type', { ...ARRAY, prefixItems: [STRING], items: STRING }, { ...ARRAY, items: STRING }, ['p.prefixItems']],
  ['without a type', { prefixItems: [INTEGER] }, { ...ARRAY, items: INTEGER }, ['p.prefixItems']],
  ['of draft 4', { ...ARRAY, items: [INTEGER, STRING] }, { ...ARRAY, items: EITHER }, ['p.items']],
  [
    'of draft 4, closed',
    { ...ARRAY, items: [INTEGER, INTEGER], additionalItems: false },
    { ...ARRAY, items: INTEGER, ...TWO },
    ['p.items', 'p.additionalItems'],
  ],
  [
    'of draft 4 with further items',
    { ...ARRAY, items: [INTEGER], additionalItems: STRING },
    { ...ARRAY, items: EITHER },
    ['p.items', 'p.additionalItems'],
  ],
  ['of draft 4, open', { ...ARRAY, items: [INTEGER], additionalItems: true }, { ...ARRAY, items: INTEGER }, ['p.items']],
  ['an item that may be anything', { ...ARRAY, prefixItems: [INTEGER, true] }, { ...ARRAY, items: {} }, ['p.prefixItems']],
  ['without items', { ...ARRAY, prefixItems: [], items: STRING }, { ...ARRAY, items: STRING }, ['p.prefixItems']],
  [
    'constants',
    { ...ARRAY, prefixItems: [{ const: 'a' }, { const: 3 }] },
    {
      ...ARRAY,
      items: {
        anyOf: [
          { ...STRING, enum: ['a'] },
          { ...INTEGER, minimum: 3, maximum: 3 },
        ],
      },
    },
    ['p.prefixItems'],
  ],
  [
    'a tuple within a tuple',
    { ...ARRAY, prefixItems: [{ ...ARRAY, prefixItems: [INTEGER] }] },
    { ...ARRAY, items: { ...ARRAY, items: INTEGER } },
    ['p.prefixItems', 'p.items.prefixItems'],
  ],
  [
    'by reference',
    { ...ARRAY, prefixItems: [{ $ref: '#/$defs/I' }, STRING], $defs: { I: INTEGER } },
    { ...ARRAY, items: EITHER },
    ['p.prefixItems'],
  ],
  [
    'in a list of types',
    { type: ['array', 'string'], prefixItems: [INTEGER] },
    { anyOf: [{ ...ARRAY, items: INTEGER }, STRING] },
    ['p.anyOf[0].prefixItems'],
  ],
  [
    'beside anyOf',
    {
      anyOf: [
        { ...ARRAY, minItems: 1 },
        { ...ARRAY, maxItems: 9 },
      ],
      prefixItems: [INTEGER],
    },
    {
      anyOf: [
        { ...ARRAY, items: INTEGER, minItems: 1 },
        { ...ARRAY, items: INTEGER, maxItems: 9 },
      ],
    },
    ['p.prefixItems'],
  ],
  ['in a string', { ...STRING, prefixItems: [INTEGER] }, STRING, ['p.prefixItems']],
])('a tuple has the types of its items: %s', async (_title, raw, expected, dropped) => {
  await expectInEverySchemaField(proxy, raw, expected, dropped)
})
