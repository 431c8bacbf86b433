import { expect, test } from 'vitest'
import { type Line, translated } from './translated.js'

const STRING = { type: 'string' }
const properties = (members: object): object => ({ type: 'object', properties: members })

test.each<Line>([
  ['$defs', { ...properties({ a: { $ref: '#/$defs/A' } }), $defs: { A: STRING } }, properties({ a: STRING })],
  ['definitions', { ...properties({ a: { $ref: '#/definitions/A' } }), definitions: { A: STRING } }, properties({ a: STRING })],
  ['at the root', { $ref: '#/$defs/A', $defs: { A: properties({ a: STRING }) } }, properties({ a: STRING })],
  ['through another', { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: STRING } }, STRING],
  ['another property', properties({ a: STRING, b: { $ref: '#/properties/a' } }), properties({ a: STRING, b: STRING })],
  [
    'to an entry of an array',
    { anyOf: [STRING, { type: 'array', items: { $ref: '#/anyOf/0' } }] },
    { anyOf: [STRING, { type: 'array', items: STRING }] },
  ],
  ['escaped names', { $ref: '#/$defs/a~1b~0c', $defs: { 'a/b~c': STRING } }, STRING],
  ['percent-encoded names', { $ref: '#/$defs/List%3Cint%3E', $defs: { 'List<int>': STRING } }, STRING],
  [
    'keywords beside it override the target',
    { $ref: '#/$defs/A', description: 'mine', $defs: { A: { ...STRING, description: 'its' } } },
    { ...STRING, description: 'mine' },
  ],
  [
    'keywords beside it are merged with the target',
    { $ref: '#/$defs/A', minLength: 2, $defs: { A: { ...STRING, minLength: 1, maxLength: 5 } } },
    { ...STRING, minLength: 2, maxLength: 5 },
  ],
  ['to a boolean schema', { ...properties({ a: { $ref: '#/$defs/Any' } }), $defs: { Any: true } }, properties({ a: {} })],
  [
    'twice in one object, which is not recursion',
    { ...properties({ a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/A' } }), $defs: { A: STRING } },
    properties({ a: STRING, b: STRING }),
  ],
  [
    'to a base within its extension, which is not recursion',
    {
      allOf: [{ $ref: '#/$defs/Base' }, { properties: { parent: { $ref: '#/$defs/Base' } } }],
      $defs: { Base: properties({ id: STRING }) },
    },
    properties({ id: STRING, parent: properties({ id: STRING }) }),
  ],
  [
    'recursive in a keyword that is dropped anyway',
    { ...properties({ a: { $ref: '#/$defs/A' } }), $defs: { A: { type: 'object', additionalProperties: { $ref: '#/$defs/A' } } } },
    properties({ a: { type: 'object' } }),
    ['p.properties.a.additionalProperties'],
  ],
  ['unused recursion', { ...STRING, $defs: { A: { $ref: '#/$defs/A' } } }, STRING],
])('$ref: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

test('a very deep default is ignored', () => {
  const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000))
  expect(translated({ default: deep, $ref: '#/$defs/A', $defs: { A: STRING } })).toEqual({ schema: STRING, dropped: [] })
})

test('60 levels are accepted', () => {
  const nested = (levels: number): object => (levels === 0 ? STRING : properties({ a: nested(levels - 1) }))
  const raw = nested(60)
  expect(translated(raw).schema).toBe(raw)
})

test.each<Line>([
  ['an array', [], {}, ['p']],
  ['a text', 'string', {}, ['p']],
  ['false', false, {}, ['p']],
])('what is not a schema is dropped: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})
