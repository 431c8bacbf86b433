import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { DOORS, expectByEveryDoor, ignoredOf, postTo } from './doors.js'
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
    'a linked list that may end',
    defs({ N: properties({ value: STRING, next: { anyOf: [N, { type: 'null' }] } }) }),
    properties({ value: STRING, next: { ...OBJECT, nullable: true } }),
    ['p.properties.next.anyOf[0].$ref'],
  ],
  [
    'a description beside it',
    defs({ N: properties({ next: { ...N, description: 'd' } }) }),
    properties({ next: { ...OBJECT, description: 'd' } }),
    ['p.properties.next.$ref'],
  ],
  [
    'a ring of two',
    defs({ N: properties({ b: { $ref: '#/$defs/B' } }), B: { anyOf: [STRING, N] } }),
    properties({ b: { anyOf: [STRING, OBJECT] } }),
    ['p.properties.b.anyOf[1].$ref'],
  ],
  ['any JSON value', defs({ N: { anyOf: [STRING, list(N)] } }), { anyOf: [STRING, list({})] }, ['p.anyOf[1].items.$ref']],
  ['a reference to itself', defs({ N }), {}, ['p.$ref']],
  ['the root', { $ref: '#' }, OBJECT, ['p.$ref']],
  ['a schema around it', properties({ a: { $ref: '#/properties/p' } }), properties({ a: OBJECT }), ['p.properties.a.$ref']],
  [
    'by an allOf',
    defs({ N: { allOf: [properties({ a: STRING }), properties({ n: N })] } }),
    properties({ a: STRING, n: {} }),
    ['p.properties.n.$ref'],
  ],
  ['in a tuple', defs({ N: { type: 'array', prefixItems: [STRING, N] } }), list({}), ['p.prefixItems[1].$ref', 'p.prefixItems']],
  [
    'twice side by side is no recursion',
    { ...properties({ a: { $ref: '#/$defs/S' }, b: { $ref: '#/$defs/S' } }), $defs: { S: STRING } },
    properties({ a: STRING, b: STRING }),
  ],
  ['only under not', { ...STRING, not: N, $defs: { N: { not: N } } }, STRING, ['p.not']],
  ['a name that is not there', { $ref: '#/$defs/No' }, {}, ['p.$ref']],
  ['a bare name', { $ref: 'Node' }, {}, ['p.$ref']],
  ['an anchor', { $ref: '#node' }, {}, ['p.$ref']],
  ['another document', { $ref: 'https://example.com/schema.json' }, {}, ['p.$ref']],
  ['a file', { $ref: 'other.json#/a', type: 'string' }, STRING, ['p.$ref']],
  ['a name of the prototype', { $ref: '#/constructor' }, {}, ['p.$ref']],
  ['a broken encoding', { $ref: '#/%zz' }, {}, ['p.$ref']],
  ['no text', { $ref: 3 }, {}, ['p.$ref']],
  ['what is no schema', { $ref: '#/type' }, {}, ['p.$ref']],
  ['a member that is no schema', properties({ a: 'string', b: STRING }), properties({ a: {}, b: STRING }), ['p.properties.a']],
  ['properties that are no object', { ...OBJECT, properties: [] }, OBJECT, ['p.properties']],
  ['parts that are no list', { ...STRING, allOf: 'x' }, STRING, ['p.allOf']],
  ['a branch that is no schema', { anyOf: [STRING, 'x'] }, { anyOf: [STRING, {}] }, ['p.anyOf[1]']],
]

describe('a reference that cannot be replaced is left out and named', () => {
  test.each(LINES)('%s', async (_title, raw, expected, dropped) => {
    await expectByEveryDoor(proxy, raw, expected, dropped)
  })
})

test('a recursive tool does not stop the others', async () => {
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
/** A schema that doubles at each of its levels. */
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

describe.each(Object.entries(DOORS))('what is too much for Gemini is cut and named: %s', (_name, door) => {
  test.each<[title: string, schema: object, levels: number, named: RegExp]>([
    ['a deep schema', nested(200), 65, /(\.properties\.a){64}\.properties$/],
    ['a schema of 60 levels is not', nested(60), 61, /^$/],
    ['a reference bomb', bomb(30), 13, /\.properties$/],
    [
      'a chain of references',
      {
        $ref: '#/$defs/a0',
        $defs: Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`a${at}`, { $ref: `#/$defs/a${at + 1}` }])),
      },
      1,
      /\.\$ref$/,
    ],
    ['a long text a thousand times', { ...properties(copies), $defs: { Long: long } }, 1, /(parameters|schema)$/],
    [
      'more members than fit',
      properties(Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`p${at}`, STRING]))),
      1,
      /(parameters|schema)$/,
    ],
  ])('%s', async (_title, schema, levels, named) => {
    const answer = await postTo(proxy, door.path, door.toBody(schema))
    expect(answer.status, await answer.text()).toBe(200)
    const sent = door.find((proxy.simulator.requests.at(-1)?.body ?? {}) as Readonly<Record<string, unknown>>)
    expect(sent).toMatchObject({ type: 'object' })
    expect(levelsOf(sent)).toBe(levels)
    expect(ignoredOf(answer)[0] ?? '').toMatch(named)
  })
})
