import { afterAll, beforeAll, expect, test } from 'vitest'
import { post } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MODEL_ALIASES: 'gpt-*-*-*=gemini-3.5-flash', MAX_BODY_VALUES: '10000000' })
})
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const ASK = { role: 'user', content: 'Go on.' }
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index))
const named = <T>(count: number, prefix: string, value: T): Record<string, T> =>
  Object.fromEntries(many(count, (index) => [`${prefix}${index}`, value]))

const conversation = (...messages: object[]): object => ({ model: MODEL, messages: [...messages, ASK] })
const schema = (value: object): object => ({
  ...conversation(),
  response_format: { type: 'json_schema', json_schema: { name: 'x', schema: value } },
})
const calls = (ids: readonly string[]): object => ({
  role: 'assistant',
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
})
const results = (ids: readonly string[]): object[] => ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'y' }))
const ids = many(30_000, (index) => `c${index}`)

// Each of these requests once blocked the proxy for all other callers, for minutes; the time limit
// of a test detects this.
test.each<readonly [string, object, number]>([
  [
    '100,000 tool results without their calls',
    conversation(...many(100_000, () => ({ role: 'tool', tool_call_id: 'x', content: 'y' }))),
    200,
  ],
  ['100,000 assistant messages', conversation(ASK, ...many(100_000, () => ({ role: 'assistant', content: 'abcdefghij' }))), 200],
  ['20,000 calls with one id', conversation(ASK, calls(many(20_000, () => 'c')), ...results(many(20_000, () => 'c'))), 200],
  ['30,000 calls with their results in reverse order', conversation(ASK, calls(ids), ...results([...ids].reverse())), 200],
  [
    'many allOf parts with a property each',
    schema({ allOf: [{ properties: named(100_000, 'p', true) }, ...many(300, (at) => ({ properties: { [`q${at}`]: true } }))] }),
    200,
  ],
  ['many allOf parts with a required name each', schema({ allOf: many(5_000, (at) => ({ required: [`q${at}`] })) }), 200],
  [
    'a reference with a very long path',
    schema({ anyOf: many(200, () => ({ $ref: '#/$defs/x' })), $defs: { x: { $ref: `#/${'a/'.repeat(100_000)}` } } }),
    200,
  ],
  ['100,000 unknown parameters', { ...conversation(), ...named(100_000, 'u', 1) }, 400],
  ['a model name that is expensive for wildcards', { ...conversation(), model: `gpt-${'-'.repeat(20_000)}\n` }, 404],
])('%s: answered without blocking', async (_, body, status) => {
  expect((await post(proxy, body)).status).toBe(status)
})

test('a value nested a hundred thousand levels deep is a 400 without an upstream call', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const text = JSON.stringify({
    ...conversation(),
    tools: [{ type: 'function', function: { name: 'f', parameters: { default: 'DEEP' } } }],
  })
  const response = await fetch(`${proxy.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: text.replace('"DEEP"', deep),
  })
  expect(response.status).toBe(400)
})
