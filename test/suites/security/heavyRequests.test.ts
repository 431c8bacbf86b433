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

// Each of these once blocked all other callers for minutes; the time limit of a test is the
// requirement.
test.each<readonly [string, object, number]>([
  ['results whose calls were cut off', conversation(...many(100_000, () => ({ role: 'tool', tool_call_id: 'x', content: 'y' }))), 200],
  ['an assistant that speaks without end', conversation(ASK, ...many(100_000, () => ({ role: 'assistant', content: 'abcdefghij' }))), 200],
  ['many calls with one id', conversation(ASK, calls(many(20_000, () => 'c')), ...results(many(20_000, () => 'c'))), 200],
  ['many calls, their results in reverse', conversation(ASK, calls(ids), ...results([...ids].reverse())), 200],
  [
    'many parts that each have a property',
    schema({ allOf: [{ properties: named(100_000, 'p', true) }, ...many(300, (at) => ({ properties: { [`q${at}`]: true } }))] }),
    200,
  ],
  ['many parts that each require something', schema({ allOf: many(5_000, (at) => ({ required: [`q${at}`] })) }), 200],
  [
    'a reference of a million steps',
    schema({ anyOf: many(200, () => ({ $ref: '#/$defs/x' })), $defs: { x: { $ref: `#/${'a/'.repeat(100_000)}` } } }),
    200,
  ],
  ['unknown parameters without end', { ...conversation(), ...named(100_000, 'u', 1) }, 400],
  ['a name made for a wildcard', { ...conversation(), model: `gpt-${'-'.repeat(20_000)}\n` }, 404],
])('%s is answered like any other request', async (_, body, status) => {
  expect((await post(proxy, body)).status).toBe(status)
})

test('a value nested a hundred thousand deep is a mistake of the request, and Gemini is not asked', async () => {
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
