import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { API_VARIANTS, sendBy } from '../../../support/ways.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }
const base = { model: 'gemini-3.5-flash', messages: [{ role: 'user', content: 'hi' }] }
const byName = (name: string, more: object = {}) => ({ type: 'json_schema', json_schema: { name, ...more, schema: SCHEMA } })

/**
 * Response formats that clients send to the chat and Responses APIs, the format that Gemini gets,
 * and the members that the proxy reports as ignored.
 */
const FORMATS: readonly [what: string, format: object, sent: object | undefined, ignored: readonly string[]][] = [
  ['json_object with a schema', { type: 'json_object', schema: SCHEMA }, byName('answer'), []],
  [
    'json_object with a schema that Gemini supports in part',
    { type: 'json_object', schema: { ...SCHEMA, not: {} } },
    byName('answer'),
    ['schema.not'],
  ],
  ['json_object with json_schema', { type: 'json_object', json_schema: { name: 'n', schema: SCHEMA } }, byName('n'), []],
  ['json_object with a nameless json_schema', { type: 'json_object', json_schema: { schema: SCHEMA } }, byName('answer'), []],
  [
    'json_object with json_schema and schema',
    { type: 'json_object', schema: {}, json_schema: { name: 'n', strict: true, schema: SCHEMA } },
    byName('n', { strict: true }),
    ['schema'],
  ],
  ['json_object with an empty json_schema', { type: 'json_object', json_schema: { name: 'n' } }, { type: 'json_object' }, ['json_schema']],
  ['json_object with a schema that is not an object', { type: 'json_object', schema: 'Answer' }, { type: 'json_object' }, ['schema']],
  ['json_object with other members', { type: 'json_object', note: 1, strict: true }, { type: 'json_object' }, ['note', 'strict']],
  ['json_object with null members', { type: 'json_object', schema: null, json_schema: null }, { type: 'json_object' }, []],
  ['text with a schema', { type: 'text', schema: SCHEMA }, undefined, ['schema']],
  ['text with json_schema', { type: 'text', json_schema: { name: 'n', schema: SCHEMA } }, undefined, ['json_schema']],
  ['text alone', { type: 'text' }, undefined, []],
]

describe.each(API_VARIANTS)('by %s', (way) => {
  const prefix = way.startsWith('chat') ? 'response_format' : 'text.format'

  test.each(FORMATS)('%s is sent, and what is not sent is listed as ignored', async (_, format, sent, ignored) => {
    const outcome = await sendBy(proxy, way, { ...base, response_format: format })
    expect(outcome.status).toBe(200)
    // The Responses API has no `json_schema` within the format, so the path is that of the format.
    expect(outcome.ignored).toEqual(
      ignored.map((name) => (prefix === 'text.format' && name === 'json_schema' ? 'text.format' : `${prefix}.${name}`)),
    )
    expect(outcome.sent?.response_format).toEqual(sent)
  })
})

describe('a json_schema', () => {
  test.each([
    ['without a schema', { name: 'n' }, 'schema'],
    ['with a schema that is null', { name: 'n', schema: null }, 'schema'],
    ['with the members of the schema instead of `schema`', { name: 'n', ...SCHEMA }, 'schema'],
    ['without a name', { schema: SCHEMA }, 'name'],
    ['that is the schema itself', SCHEMA, 'name'],
    ['that is empty', {}, 'name'],
  ])('%s is refused like at OpenAI', async (_, declared, missing) => {
    for (const stream of [false, true]) {
      const response = await post(proxy, { ...base, stream, response_format: { type: 'json_schema', json_schema: declared } })
      const param = `response_format.json_schema.${missing}`
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: {
          type: 'invalid_request_error',
          code: 'missing_required_parameter',
          param,
          message: `Missing required parameter: '${param}'.`,
        },
      })
    }
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('without a schema or a name is refused by the Responses API', async () => {
    for (const [format, missing] of [
      [{ type: 'json_schema', name: 'n' }, 'schema'],
      [{ type: 'json_schema', schema: SCHEMA }, 'name'],
    ] as const) {
      const { status, error } = await sendBy(proxy, 'responses', { ...base, response_format: format })
      expect({ status, param: error?.param }).toEqual({ status: 400, param: `text.format.${missing}` })
    }
  })

  test.each([false, true])('has its unknown members listed as ignored, with stream: %s', async (stream) => {
    const format = { type: 'json_schema', note: 1, json_schema: { name: 'n', strict: true, schema: SCHEMA, cache: true, $schema: 'x' } }
    const response = await post(proxy, { ...base, stream, response_format: format })
    expect(response.status).toBe(200)
    await response.text()
    expect(response.headers.get('x-gemini-proxy-ignored-params')?.split(', ').sort()).toEqual([
      'response_format.json_schema.$schema',
      'response_format.json_schema.cache',
      'response_format.note',
    ])
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ response_format: byName('n', { strict: true }) })
  })

  test('has its unknown members listed as ignored by the Responses API', async () => {
    const format = { type: 'json_schema', name: 'n', schema: SCHEMA, note: 1 }
    const { ignored, sent } = await sendBy(proxy, 'responses', { ...base, response_format: format })
    expect(ignored).toEqual(['text.format.note'])
    expect(sent?.response_format).toEqual(byName('n'))
  })
})

test('json_object with a schema is refused beside tools on Gemini 2, like json_schema', async () => {
  const tools = [{ type: 'function', function: { name: 'f' } }]
  const response = await post(proxy, {
    ...base,
    model: 'gemini-2.5-flash',
    tools,
    response_format: { type: 'json_object', schema: SCHEMA },
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { param: 'response_format' } })
})
