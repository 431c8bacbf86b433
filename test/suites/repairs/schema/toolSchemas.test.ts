import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toGeminiSchema } from '../../../../src/upstream/request/schema/toGeminiSchema.js'
import { ask, chat, refusalOf } from '../../../doubles/simulator/ask.js'
import { type Simulator, startSimulator } from '../../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { ignoredOf, postTo, SCHEMA_FIELDS } from './schemaFields.js'
import { TOOL_SCHEMAS } from './toolSchemas.js'
import { translated } from './translated.js'

let simulator: Simulator
let proxy: ProxyUnderTest
beforeAll(async () => {
  simulator = await startSimulator({ strictSchemas: true })
  proxy = await startProxy({ GEMINI_UPSTREAM: 'compat' })
})
afterAll(async () => {
  await simulator.close()
  await proxy.close()
})

const toolOf = (name: string, parameters: unknown): object => ({ type: 'function', function: { name, parameters } })
const raw = Object.entries(TOOL_SCHEMAS)
const mended = raw.map(([name, schema], index): [string, unknown] => {
  return [name, toGeminiSchema(schema, `tools[${index}].function.parameters`, () => undefined)]
})

describe('the tools of coding agents', () => {
  test('are refused by Gemini if they are not translated', async () => {
    const answer = await ask(simulator, chat('hello', { tools: raw.map(([name, schema]) => toolOf(name, schema)) }))
    expect(answer.status).toBe(400)
    expect(refusalOf(answer)).toContain('Unknown name "$schema"')
  })

  test('are accepted together if they are translated', async () => {
    const answer = await ask(simulator, chat('hello', { tools: mended.map(([name, schema]) => toolOf(name, schema)) }))
    expect(answer.text).toContain('"finish_reason"')
    expect(answer.status).toBe(200)
  })

  test.each(mended)('%s is accepted as a tool and as a response format', async (name, schema) => {
    const tool = await ask(simulator, chat('hello', { tools: [toolOf(name, schema)] }))
    const format = { type: 'json_schema', json_schema: { name, schema } }
    const answer = await ask(simulator, chat('hello', { response_format: format }))
    expect([tool.status, answer.status]).toEqual([200, 200])
  })

  test.each([
    ['read_file', []],
    ['edit_file', []],
    [
      'run_command',
      [
        'p.properties.timeout_ms.exclusiveMinimum',
        'p.properties.timeout_ms.multipleOf',
        'p.properties.env.additionalProperties',
        'p.properties.env.propertyNames',
      ],
    ],
    ['fetch_url', ['p.properties.url.format']],
    ['search_code', []],
    [
      'write_plan',
      [
        'p.properties.steps.uniqueItems',
        'p.properties.steps.items.properties.id.format',
        'p.properties.steps.items.properties.priority.enum',
      ],
    ],
    ['list_issues', []],
    [
      'draw_shape',
      ['p.properties.shape.anyOf[0].properties.radius.exclusiveMinimum', 'p.properties.shape.anyOf[1].properties.size.prefixItems'],
    ],
    ['move_mouse', ['p.properties.smooth.const']],
    ['query_table', ['p.properties.where.patternProperties', 'p.properties.columns.contains']],
    ['open_tab', ['p.anyOf']],
    ['apply_patch', ['p.required[1]']],
    ['save_note', ['p.if', 'p.then', 'p.dependentRequired']],
    ['set_theme', []],
    ['get_time', []],
  ])('these constraints of %s are reported as dropped', (name, dropped) => {
    expect(translated(TOOL_SCHEMAS[name]).dropped).toEqual(dropped)
  })
})

const STRING = { type: 'string' }
const A = { type: 'object', properties: { kind: { const: 'a' }, x: STRING }, required: ['kind', 'x'] }
const B = { type: 'object', properties: { kind: { const: 'b' }, y: STRING }, required: ['kind'] }
const KINDS = {
  anyOf: [
    { ...STRING, enum: ['a'] },
    { ...STRING, enum: ['b'] },
  ],
}
const UNITED = { type: 'object', properties: { kind: KINDS, x: STRING, y: STRING }, required: ['kind'] }
const TOOL_DOORS = ['a tool of a chat', 'a tool of a streamed chat', 'a function before tools', 'a tool of the Responses API'] as const

describe('the parameters of a function, which must be an object for Gemini', () => {
  test.each<readonly [root: string, schema: object, expected: object, dropped: readonly string[]]>([
    ['nothing', {}, { type: 'object' }, []],
    ['a description', { description: 'd' }, { description: 'd', type: 'object' }, []],
    ['an array', { type: 'array', items: STRING }, { type: 'object' }, ['p']],
    ['a string', STRING, { type: 'object' }, ['p']],
    ['only a format', { format: 'date-time' }, { type: 'object' }, ['p.format']],
    ['a list of types', { type: ['object', 'string'], properties: { x: STRING } }, { type: 'object', properties: { x: STRING } }, []],
    ['a union', { oneOf: [A, B] }, UNITED, ['p.anyOf']],
    ['a union of references', { anyOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }], $defs: { A, B } }, UNITED, ['p.anyOf']],
    ['a union within a union', { anyOf: [{ anyOf: [A, B] }, STRING], description: 'd' }, { ...UNITED, description: 'd' }, ['p.anyOf']],
    ['a reference to a string', { $ref: '#/$defs/S', $defs: { S: STRING } }, { type: 'object' }, ['p']],
    ['a reference to a union', { $ref: '#/$defs/U', $defs: { U: { oneOf: [A, B] } } }, UNITED, ['p.anyOf']],
  ])('become an object if the root is %s', async (_, schema, expected, dropped) => {
    for (const name of TOOL_DOORS) {
      const field = SCHEMA_FIELDS[name]
      if (field === undefined) throw new Error(name)
      const answer = await postTo(proxy, field.path, field.toBody(schema))
      expect(answer.status, `${name}: ${await answer.text()}`).toBe(200)
      expect(field.find(Object(proxy.simulator.requests.at(-1)?.body)), name).toEqual(expected)
      expect(ignoredOf(answer), name).toEqual(dropped.map((each) => each.replace(/^p\b/, field.at)))
    }
  })
})
