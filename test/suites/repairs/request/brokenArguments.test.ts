import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isRecord } from '../../../../src/contract/isRecord.js'
import { isJsonObject } from '../../../../src/upstream/request/repairs/isJsonObject.js'
import { post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../../support/proxy.js'
import { API_VARIANTS, sendBy } from '../../../support/ways.js'
import { tool } from './cases.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const ASK = { role: 'user', content: 'hi' }
const withCalls = (...texts: readonly string[]) => ({
  model: MODEL,
  tools: [tool('f')],
  messages: [
    ASK,
    {
      role: 'assistant',
      content: null,
      tool_calls: texts.map((text, index) => ({ id: `c${index}`, type: 'function', function: { name: 'f', arguments: text } })),
    },
    ...texts.map((_, index) => ({ role: 'tool', tool_call_id: `c${index}`, content: 'invalid JSON' })),
    { role: 'user', content: 'Again.' },
  ],
})
const argumentsIn = (sent: { readonly messages: readonly Readonly<Record<string, unknown>>[] } | undefined, at = 1): unknown[] =>
  ((sent?.messages[at]?.tool_calls ?? []) as { function: { arguments: string } }[]).map((call) => call.function.arguments)

const EMPTY = ['', ' ', '\n\t ', 'null', ' null\n', '[]', ' [ \n]', '""', ' "" ']
const LOST = [
  '{"x": ',
  '{"x":"lo',
  '{"x":1',
  '{"x":1}{"y":2}',
  '{"x":1}\n{"y":2}',
  '[{"x":1}]',
  '5',
  '"text"',
  'true',
  'undefined',
  'city=Oslo',
  "{'x':1}",
  '{"x":1,}',
  '{"x":NaN}',
  '{x:1}',
  '```json\n{"x":1}\n```',
  '{"x":"\u0001"}',
  '\u00a0{"x":1}',
]
const OBJECTS = [
  '{}',
  ' { } ',
  '{"x":"\\u00e9\\n"}',
  '{"x":[1,-2.5e3,{"y":null}],"z":false}',
  '{"x":1}\n',
  `{"x":"${'lang '.repeat(500)}"}`,
]

describe.each(API_VARIANTS)('by %s', (way) => {
  const pathOf = (call: number) =>
    way.startsWith('chat') ? `messages[1].tool_calls[${call}].function.arguments` : `input[${call + 1}].arguments`

  test.each(EMPTY)('empty arguments become an empty object: %j', async (text) => {
    const outcome = await sendBy(proxy, way, withCalls(text))
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(argumentsIn(outcome.sent)).toEqual(['{}'])
  })

  test.each(LOST)('arguments that are not a JSON object are sent as a string in an object, and listed as ignored: %j', async (text) => {
    const outcome = await sendBy(proxy, way, withCalls(text))
    expect(outcome).toMatchObject({ status: 200, ignored: [pathOf(0)] })
    expect(argumentsIn(outcome.sent)).toEqual([JSON.stringify({ arguments: text })])
  })

  test.each(OBJECTS)('a JSON object is sent byte for byte: %#', async (text) => {
    const outcome = await sendBy(proxy, way, withCalls(text))
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(argumentsIn(outcome.sent)).toEqual([text])
  })

  test('each call of a step is repaired independently', async () => {
    const outcome = await sendBy(proxy, way, withCalls('{"x":1}', '{"x"', 'null', '[1]'))
    expect(outcome).toMatchObject({ status: 200, ignored: [pathOf(1), pathOf(3)] })
    expect(argumentsIn(outcome.sent)).toEqual(['{"x":1}', '{"arguments":"{\\"x\\""}', '{}', '{"arguments":"[1]"}'])
  })
})

test.each(['responses', 'responses stream'] as const)('an incomplete response is continued with its output: %s', async (way) => {
  const cut = '{"x":"lo'
  const prompt = `hi simulate:${JSON.stringify({ toolCalls: [{ name: 'f', arguments: cut }], finish: 'length' })}`
  const first = await sendBy(proxy, way, { model: MODEL, tools: [tool('f')], messages: [{ role: 'user', content: prompt }] })
  expect(first.calls).toMatchObject([{ arguments: cut }])
  const second = await sendBy(proxy, way, {
    model: MODEL,
    tools: [tool('f')],
    previous_response_id: first.responseId,
    messages: [{ role: 'tool', tool_call_id: first.calls[0]?.id, content: 'invalid JSON' }],
  })
  expect(second).toMatchObject({ status: 200, ignored: ['previous_response_id'] })
  expect(argumentsIn(second.sent)).toEqual([JSON.stringify({ arguments: cut })])
})

test.each([
  ['{"x"', '{"arguments":"{\\"x\\""}', 'messages[1].function_call.arguments'],
  ['null', '{}', null],
])('the older function_call is repaired too: %s', async (text, sent, ignored) => {
  const response = await post(proxy, {
    model: MODEL,
    messages: [ASK, { role: 'assistant', function_call: { name: 'f', arguments: text } }, { role: 'function', name: 'f', content: 'x' }],
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-gemini-proxy-ignored-params')).toBe(ignored)
  expect(argumentsIn(proxy.simulator.requests.at(-1)?.body as never)).toEqual([sent])
})

test('the metrics count the repair', async () => {
  await sendBy(proxy, 'chat', withCalls('{"x"'))
  const metrics = await fetch(`${proxy.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  expect(await metrics.text()).toMatch(/repair="call-arguments"/)
})

describe('a JSON object is recognised without parsing it', () => {
  const isParsed = (text: string): boolean => {
    try {
      return isRecord(JSON.parse(text))
    } catch {
      return false
    }
  }

  test('as JSON.parse does, for any mutation of the text', () => {
    const json = fc.json().chain((text) => fc.constantFrom(text, `{"a":${text}}`, ` {"a":${text},"b":${text}} `))
    const pieces = fc.constantFrom(
      '',
      ',',
      '"',
      '\\',
      '{',
      '}',
      ':',
      '[',
      ']',
      '0',
      '-',
      '.',
      'e',
      ' ',
      '\u0000',
      '\ud800',
      'null',
      '\\u12',
    )
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(3), pieces, (text, start, length, piece) => {
        const at = start % (text.length + 1)
        const changed = text.slice(0, at) + piece + text.slice(at + length)
        for (const each of [text, changed]) expect(isJsonObject(each), each).toBe(isParsed(each))
      }),
      { numRuns: 3_000 },
    )
  })

  test('except for one of a thousand levels or more', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}{}${'}'.repeat(levels)}`
    expect([999, 1_000, 1_000_000].map((levels) => isJsonObject(nested(levels)))).toEqual([true, false, false])
  })

  test('in ten megabytes of text', () => {
    expect(isJsonObject(`{"a":[${'[],'.repeat(3_400_000)}1]}`)).toBe(true)
    expect(isJsonObject(`{"a":"${'\\n'.repeat(5_000_000)}"}`)).toBe(true)
    expect(isJsonObject(`{"a":${'9'.repeat(10_000_000)}}`)).toBe(true)
  })
})
