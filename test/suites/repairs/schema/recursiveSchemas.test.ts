import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { expectInEverySchemaField, ignoredOf, postTo, SCHEMA_FIELDS } from './schemaFields.js'
import type { Line } from './translated.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off' }, { strictSchemas: true })
})
afterAll(() => proxy.close())

const STRING = { type: 'string' }
const OBJECT = { type: 'object' }
const properties = (members: object): object => ({ type: 'object', properties: members })
const list = (items: object): object => ({ type: 'array', items })
const N = { $ref: '#/$defs/N' }
const defs = (members: object): object => ({ $ref: '#/$defs/N', $defs: members })

const LINES: readonly Line[] = [
  ['a tree', defs({ N: properties({ kids: list(N) }) }), properties({ kids: list(OBJECT) }), ['p.properties.kids.items.$ref']],
  [
    'a linked list that ends with null',
    defs({ N: properties({ value: STRING, next: { anyOf: [N, { type: 'null' }] } }) }),
    properties({ value: STRING, next: { ...OBJECT, nullable: true } }),
    ['p.properties.next.anyOf[0].$ref'],
  ],
  [
    'a description beside the reference',
    defs({ N: properties({ next: { ...N, description: 'd' } }) }),
    properties({ next: { ...OBJECT, description: 'd' } }),
    ['p.properties.next.$ref'],
  ],
  [
    'two schemas that refer to each other',
    defs({ N: properties({ b: { $ref: '#/$defs/B' } }), B: { anyOf: [STRING, N] } }),
    properties({ b: { anyOf: [STRING, OBJECT] } }),
    ['p.properties.b.anyOf[1].$ref'],
  ],
  ['any JSON value', defs({ N: { anyOf: [STRING, list(N)] } }), { anyOf: [STRING, list({})] }, ['p.anyOf[1].items.$ref']],
  ['a reference to itself', defs({ N }), {}, ['p.$ref']],
  ['the root', { $ref: '#' }, OBJECT, ['p.$ref']],
  ['an enclosing schema', properties({ a: { $ref: '#/properties/p' } }), properties({ a: OBJECT }), ['p.properties.a.$ref']],
  [
    'in an allOf',
    defs({ N: { allOf: [properties({ a: STRING }), properties({ n: N })] } }),
    properties({ a: STRING, n: {} }),
    ['p.properties.n.$ref'],
  ],
  ['in a tuple', defs({ N: { type: 'array', prefixItems: [STRING, N] } }), list({}), ['p.prefixItems[1].$ref', 'p.prefixItems']],
  [
    'the same target in two properties is not recursion',
    { ...properties({ a: { $ref: '#/$defs/S' }, b: { $ref: '#/$defs/S' } }), $defs: { S: STRING } },
    properties({ a: STRING, b: STRING }),
  ],
  ['only under not', { ...STRING, not: N, $defs: { N: { not: N } } }, STRING, ['p.not']],
  ['a missing target', { $ref: '#/$defs/No' }, {}, ['p.$ref']],
  ['a name without #/', { $ref: 'Node' }, {}, ['p.$ref']],
  ['an anchor', { $ref: '#node' }, {}, ['p.$ref']],
  ['another document', { $ref: 'https://example.com/schema.json' }, {}, ['p.$ref']],
  ['a file', { $ref: 'other.json#/a', type: 'string' }, STRING, ['p.$ref']],
  ['a member of Object.prototype', { $ref: '#/constructor' }, {}, ['p.$ref']],
  ['invalid percent-encoding', { $ref: '#/%zz' }, {}, ['p.$ref']],
  ['no text', { $ref: 3 }, {}, ['p.$ref']],
  ['a target that is not a schema', { $ref: '#/type' }, {}, ['p.$ref']],
  ['a property that is not a schema', properties({ a: 'string', b: STRING }), properties({ a: {}, b: STRING }), ['p.properties.a']],
  ['properties that are not an object', { ...OBJECT, properties: [] }, OBJECT, ['p.properties']],
  ['an allOf that is not a list', { ...STRING, allOf: 'x' }, STRING, ['p.allOf']],
  ['a branch that is not a schema', { anyOf: [STRING, 'x'] }, { anyOf: [STRING, {}] }, ['p.anyOf[1]']],
]

describe('a reference that cannot be inlined is dropped and reported', () => {
  test.each(LINES)('%s', async (_title, raw, expected, dropped) => {
    await expectInEverySchemaField(proxy, raw, expected, dropped)
  })
})

test('a recursive tool does not affect the others', async () => {
  const ok = { type: 'function', function: { name: 'ok', parameters: properties({}) } }
  const tree = { ...properties({ node: N }), $defs: { N: properties({ kids: list(N) }) } }
  const tools = [ok, { type: 'function', function: { name: 'tree', parameters: tree } }]
  const answer = await postTo(proxy, '/chat/completions', { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'hi' }], tools })
  expect(answer.status).toBe(200)
  expect(ignoredOf(answer)).toEqual(['tools[1].function.parameters.properties.node.properties.kids.items.$ref'])
  const parameters = properties({ node: properties({ kids: list(OBJECT) }) })
  expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ tools: [ok, { function: { name: 'tree', parameters } }] })
})

const nested = (levels: number): object => (levels === 0 ? STRING : properties({ a: nested(levels - 1) }))
const levelsOf = (schema: unknown): number => {
  const members: unknown[] = Object.values((schema as { properties?: object }).properties ?? {})
  return 1 + Math.max(0, ...members.map(levelsOf))
}
/** Makes a schema whose size doubles with each level once its references are expanded. */
const bomb = (levels: number): object => ({
  $ref: '#/$defs/L0',
  $defs: Object.fromEntries(
    Array.from({ length: levels }, (_, level) => {
      const next = level + 1 < levels ? { $ref: `#/$defs/L${level + 1}` } : STRING
      return [`L${level}`, properties({ a: next, b: next })]
    }),
  ),
})
const long = { ...properties({}), description: 'x'.repeat(50_000) }
const copies = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`p${at}`, { $ref: '#/$defs/Long' }]))

describe.each(Object.entries(SCHEMA_FIELDS))("what exceeds Gemini's limits is cut and reported: %s", (_name, field) => {
  test.each<[title: string, schema: object, levels: number, named: RegExp]>([
    ['a deep schema', nested(200), 65, /(\.properties\.a){64}\.properties$/],
    ['a schema of 60 levels is not cut', nested(60), 61, /^$/],
    ['references that double at each level', bomb(30), 13, /\.properties$/],
    [
      'a chain of 2,000 references',
      {
        $ref: '#/$defs/a0',
        $defs: Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`a${at}`, { $ref: `#/$defs/a${at + 1}` }])),
      },
      1,
      /\.\$ref$/,
    ],
    ['a long description, referenced a thousand times', { ...properties(copies), $defs: { Long: long } }, 1, /(parameters|schema)$/],
    [
      '60,000 properties',
      properties(Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`p${at}`, STRING]))),
      1,
      /(parameters|schema)$/,
    ],
  ])('%s', async (_title, schema, levels, named) => {
    const answer = await postTo(proxy, field.path, field.toBody(schema))
    expect(answer.status, await answer.text()).toBe(200)
    const sent = field.find((proxy.simulator.requests.at(-1)?.body ?? {}) as Readonly<Record<string, unknown>>)
    expect(sent).toMatchObject({ type: 'object' })
    expect(levelsOf(sent)).toBe(levels)
    expect(ignoredOf(answer)[0] ?? '').toMatch(named)
  })
})
