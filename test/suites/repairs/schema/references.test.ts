import { describe, expect, test } from 'vitest'
import { type Line, translated } from './translated.js'

const STRING = { type: 'string' }
const properties = (members: object): object => ({ type: 'object', properties: members })

test.each<Line>([
  ['$defs', { ...properties({ a: { $ref: '#/$defs/A' } }), $defs: { A: STRING } }, properties({ a: STRING })],
  ['definitions', { ...properties({ a: { $ref: '#/definitions/A' } }), definitions: { A: STRING } }, properties({ a: STRING })],
  ['the root itself', { $ref: '#/$defs/A', $defs: { A: properties({ a: STRING }) } }, properties({ a: STRING })],
  ['through another', { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: STRING } }, STRING],
  ['another property', properties({ a: STRING, b: { $ref: '#/properties/a' } }), properties({ a: STRING, b: STRING })],
  [
    'an entry of an array',
    { anyOf: [STRING, { type: 'array', items: { $ref: '#/anyOf/0' } }] },
    { anyOf: [STRING, { type: 'array', items: STRING }] },
  ],
  ['escaped names', { $ref: '#/$defs/a~1b~0c', $defs: { 'a/b~c': STRING } }, STRING],
  ['percent-encoded names', { $ref: '#/$defs/List%3Cint%3E', $defs: { 'List<int>': STRING } }, STRING],
  [
    'siblings win',
    { $ref: '#/$defs/A', description: 'mine', $defs: { A: { ...STRING, description: 'its' } } },
    { ...STRING, description: 'mine' },
  ],
  [
    'siblings add',
    { $ref: '#/$defs/A', minLength: 2, $defs: { A: { ...STRING, minLength: 1, maxLength: 5 } } },
    { ...STRING, minLength: 2, maxLength: 5 },
  ],
  ['a boolean target', { ...properties({ a: { $ref: '#/$defs/Any' } }), $defs: { Any: true } }, properties({ a: {} })],
  [
    'twice side by side, which is no recursion',
    { ...properties({ a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/A' } }), $defs: { A: STRING } },
    properties({ a: STRING, b: STRING }),
  ],
  [
    'a base again below its extension, which is no recursion',
    {
      allOf: [{ $ref: '#/$defs/Base' }, { properties: { parent: { $ref: '#/$defs/Base' } } }],
      $defs: { Base: properties({ id: STRING }) },
    },
    properties({ id: STRING, parent: properties({ id: STRING }) }),
  ],
  [
    'recursion where it is dropped anyway',
    { ...properties({ a: { $ref: '#/$defs/A' } }), $defs: { A: { type: 'object', additionalProperties: { $ref: '#/$defs/A' } } } },
    properties({ a: { type: 'object' } }),
    ['p.properties.a.additionalProperties'],
  ],
  ['unused recursion', { ...STRING, $defs: { A: { $ref: '#/$defs/A' } } }, STRING],
])('$ref: %s', (_title, raw, expected, dropped = []) => {
  expect(translated(raw)).toEqual({ schema: expected, dropped })
})

const bomb = (levels: number): object => ({
  $ref: '#/$defs/L0',
  $defs: Object.fromEntries(
    Array.from({ length: levels }, (_, level) => {
      const next = level + 1 < levels ? { $ref: `#/$defs/L${level + 1}` } : STRING
      return [`L${level}`, properties({ a: next, b: next })]
    }),
  ),
})

const nested = (levels: number): object => (levels === 0 ? STRING : properties({ a: nested(levels - 1) }))

const LONG = { ...STRING, description: 'x'.repeat(100_000) }
const copies = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, { $ref: '#/$defs/Long' }]))

describe('a schema that cannot be written out is refused', () => {
  test.each([
    ['a list of itself', { ...properties({ next: { $ref: '#' } }) }, 'unsupported_value', 'p.properties.next'],
    [
      'a tree',
      { $ref: '#/$defs/T', $defs: { T: properties({ kids: { type: 'array', items: { $ref: '#/$defs/T' } } }) } },
      'unsupported_value',
      'p',
    ],
    [
      'a ring of two',
      { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: { anyOf: [STRING, { $ref: '#/$defs/A' }] } } },
      'unsupported_value',
      'p',
    ],
    ['a reference to itself', { $ref: '#' }, 'unsupported_value', 'p'],
    ['a name that is not there', properties({ a: { $ref: '#/$defs/No' } }), 'invalid_value', 'p.properties.a'],
    ['a name of the prototype', { $ref: '#/constructor' }, 'invalid_value', 'p'],
    ['another document', { $ref: 'https://example.com/schema.json' }, 'invalid_value', 'p'],
    ['a broken encoding', { $ref: '#/%zz' }, 'invalid_value', 'p'],
    ['no text', { $ref: 3 }, 'invalid_value', 'p'],
    ['a reference bomb', bomb(30), 'unsupported_value', undefined],
    ['a long text a thousand times', { ...properties(copies), $defs: { Long: LONG } }, 'unsupported_value', undefined],
    ['a deep schema', nested(70), 'unsupported_value', undefined],
    [
      'a very deep default',
      { default: JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)), $ref: '#/$defs/A', $defs: { A: STRING } },
      undefined,
      undefined,
    ],
    ['a member that is no schema', properties({ a: 'string' }), 'invalid_type', 'p.properties.a'],
    ['properties that are no object', { properties: [] }, 'invalid_type', 'p.properties'],
    ['an array', [], 'invalid_type', 'p'],
  ])('%s', (_title, raw, code, param) => {
    if (code === undefined) expect(translated(raw).schema).toEqual(STRING)
    else expect(() => translated(raw)).toThrow(expect.objectContaining({ status: 400, code, ...(param === undefined ? {} : { param }) }))
  })

  test('60 levels are not too deep', () => {
    const raw = nested(60)
    expect(translated(raw).schema).toBe(raw)
  })
})
