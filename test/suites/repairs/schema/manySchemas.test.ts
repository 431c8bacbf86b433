import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SchemaBudget } from '../../../../src/upstream/request/schema/budget.js'
import { toGeminiSchema } from '../../../../src/upstream/request/schema/toGeminiSchema.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { ignoredOf, postTo } from './schemaFields.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off', MAX_BODY_VALUES: '10000000' }, { strictSchemas: true })
})
afterAll(() => proxy.close())

const STRING = { type: 'string' }
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index))
const named = (count: number, prefix: string, make: (index: number) => unknown): object =>
  Object.fromEntries(many(count, (index) => [`${prefix}${index}`, make(index)]))
const object = (properties: object): object => ({ type: 'object', properties })
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value))

/**
 * Schemas whose conversion once took hundreds of times as long as that of others of their length.
 */
const HEAVY: Readonly<Record<string, object>> = {
  'parts that require many names': { type: 'object', allOf: [0, 1].map((part) => ({ required: many(14_000, (at) => `r${part}_${at}`) })) },
  'many parts that require a name': { allOf: many(5_000, (at) => ({ required: [`r${at}`] })) },
  'many parts beside many properties': {
    allOf: [object(named(5_000, 'p', () => true)), ...many(300, (at) => object({ [`q${at}`]: true }))],
  },
  'references to a wide schema': {
    ...object(named(100, 'p', () => ({ $ref: '#/$defs/W' }))),
    $defs: { W: object(named(100, 'q', () => STRING)) },
  },
  'references that double': {
    $ref: '#/$defs/L0',
    $defs: named(30, 'L', (at) => (at < 29 ? object({ a: { $ref: `#/$defs/L${at + 1}` }, b: { $ref: `#/$defs/L${at + 1}` } }) : STRING)),
  },
  'references to a long text': {
    ...object(named(50, 'p', () => ({ $ref: '#/$defs/T' }))),
    $defs: { T: { ...STRING, description: 'x'.repeat(100_000) } },
  },
  'properties with unknown keywords': object(named(4_500, 'p', () => ({ ...STRING, mystery: 1, uniqueItems: true }))),
  'alternatives of one property': { type: 'object', anyOf: many(2_000, (at) => object({ a: { ...STRING, minLength: at } })) },
  'alternatives that require names': { ...object({}), anyOf: many(200, () => ({ required: many(200, (at) => `r${at}`) })) },
  'properties beside nested alternatives': many(12, (at) => at).reduce(
    (inner: object) => ({ ...object({ a: STRING }), anyOf: [inner, { required: ['a'] }] }),
    STRING,
  ),
  'parts that differ in their depths': {
    allOf: [1, 2].map((minLength) =>
      many(60, (at) => at).reduce((inner: object) => object({ a: inner, ...named(60, 'z', () => STRING) }), { ...STRING, minLength }),
    ),
  },
  'lists of types within each other': many(8, (at) => at).reduce(
    (inner: object) => ({ type: ['object', 'array'], properties: { a: inner }, items: inner }),
    STRING,
  ),
}

/** Converts `count` copies of a schema in one request. @returns the work charged to the budget */
function workFor(schema: object, count: number): number {
  const budget = new SchemaBudget()
  for (const [index, one] of many(count, () => copy(schema)).entries())
    toGeminiSchema(one, `tools[${index}].function.parameters`, () => undefined, { budget })
  return budget.spent
}

describe('40 expensive tools cost no more than 40 plain ones of 1,500 properties', () => {
  const plain = workFor(object(named(1_500, 'p', () => ({ ...STRING, description: 'd' }))), 40)

  test.each(Object.entries(HEAVY))('%s', (_name, schema) => {
    expect(workFor(schema, 40)).toBeLessThan(1.5 * plain)
  })
})

describe('the cost grows linearly with', () => {
  test.each<[string, (size: number) => object]>([
    ['properties', (size) => object(named(size, 'p', () => STRING))],
    ['required names', (size) => ({ ...object(named(size, 'p', () => STRING)), required: many(size, (at) => `p${at}`) })],
    ['the values of an enum', (size) => object({ a: { ...STRING, enum: many(size, String) } })],
    ['alternatives', (size) => object({ a: { anyOf: many(size, (at) => ({ const: `c${at}` })) } })],
    ['parts', (size) => ({ allOf: many(size, (at) => object({ [`p${at}`]: STRING })) })],
    ['levels', (size) => many(size / 20, (at) => at).reduce((inner: object) => object({ a: inner }), STRING)],
    ['references', (size) => ({ ...object(named(size, 'p', () => ({ $ref: '#/$defs/S' }))), $defs: { S: STRING } })],
  ])('%s', (_name, make) => {
    const [once, twice] = [workFor(make(500), 1), workFor(make(1_000), 1)]
    expect(twice / once).toBeGreaterThan(1.5)
    expect(twice / once).toBeLessThan(2.5)
  })
})

const toolsOf = (schemas: readonly object[]): object[] =>
  schemas.map((parameters, index) => ({ type: 'function', function: { name: `f${index}`, parameters } }))
const chatWith = (schemas: readonly object[], more: object = {}): object => ({
  model: 'gemini-3.5-flash',
  messages: [{ role: 'user', content: 'hi' }],
  tools: toolsOf(schemas),
  ...more,
})
const sentTools = (): { function: { parameters: object } }[] =>
  (proxy.simulator.requests.at(-1)?.body as { tools: { function: { parameters: object } }[] } | undefined)?.tools ?? []

describe('every request with large schemas is answered', () => {
  test.each(Object.entries(HEAVY))('20 tools: %s', async (_name, schema) => {
    const body = chatWith(many(20, () => schema))
    const answer = await postTo(proxy, '/chat/completions', body)
    expect(answer.status, await answer.text()).toBe(200)
    expect(sentTools()).toHaveLength(20)
    // The proxy limits what expanded references and combinations add to all tools together.
    expect(JSON.stringify(sentTools()).length).toBeLessThan(JSON.stringify(body).length + 20_000_000)
  })

  test('beyond the budget a tool accepts any object and is listed as ignored; earlier tools are complete', async () => {
    const heavy = HEAVY['alternatives of one property'] ?? {}
    const small = object({ a: STRING })
    const answer = await postTo(proxy, '/chat/completions', chatWith([small, ...many(20, () => heavy), small]))
    expect(sentTools().map((tool) => tool.function.parameters)).toEqual([small, ...many(21, () => ({ type: 'object' }))])
    expect(ignoredOf(answer)).toEqual(many(21, (at) => `tools[${at + 1}].function.parameters`).slice(0, ignoredOf(answer).length))
  })

  test('500 tools of ordinary size are sent completely', async () => {
    const schemas = many(500, (at) => object(named(20, `p${at}_`, () => ({ ...STRING, description: 'd' }))))
    const answer = await postTo(proxy, '/chat/completions', chatWith(schemas))
    expect(sentTools().map((tool) => tool.function.parameters)).toEqual(schemas)
    expect(ignoredOf(answer)).toEqual([])
  })

  test('each choice of a request gets the same schemas', async () => {
    const before = proxy.simulator.totalRequests
    const heavy = HEAVY['references that double'] ?? {}
    const answer = await postTo(
      proxy,
      '/chat/completions',
      chatWith(
        many(4, () => heavy),
        { n: 4 },
      ),
    )
    expect([answer.status, proxy.simulator.totalRequests]).toEqual([200, before + 4])
    const bodies = proxy.simulator.requests.slice(-4).map(({ body }) => JSON.stringify((body as { tools: unknown }).tools))
    expect(new Set(bodies).size).toBe(1)
  })

  test('long property names are listed as ignored in shortened form', async () => {
    const long = 'n'.repeat(100_000)
    const answer = await postTo(
      proxy,
      '/chat/completions',
      chatWith([object({ [long]: object(named(500, 'p', () => ({ ...STRING, mystery: 1 }))) })]),
    )
    expect(answer.status).toBe(200)
    expect(ignoredOf(answer)[0]).toBe(`tools[0].function.parameters.properties.${'n'.repeat(100)}.properties.p0.mystery`)
  })
})
