import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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
const calling = (calls: Readonly<Record<string, string>>) => ({
  role: 'assistant',
  content: null,
  tool_calls: Object.entries(calls).map(([id, name]) => ({ id, type: 'function', function: { name, arguments: '{}' } })),
})
const result = (id: string, more: object = {}) => ({ role: 'tool', tool_call_id: id, content: id, ...more })
const resultsIn = (sent: { readonly messages: readonly Readonly<Record<string, unknown>>[] } | undefined): unknown[] =>
  (sent?.messages ?? []).filter(({ role }) => role === 'tool').map(({ tool_call_id: id, name }) => [id, name])

describe.each(API_VARIANTS)('by %s', (way) => {
  test.each([
    ['is missing', {}],
    ['is null', { name: null }],
    ['is empty', { name: '' }],
    ["is another function's", { name: 'g' }],
    ['is not a declared function', { name: 'unknown' }],
    ['is right', { name: 'f' }],
    ['is not valid for Gemini', { name: '1 f' }],
  ])('a result whose name %s gets the name of its call', async (_, more) => {
    const { status, ignored, sent } = await sendBy(proxy, way, {
      model: MODEL,
      tools: [tool('f'), tool('g')],
      messages: [ASK, calling({ a: 'f' }), result('a', more)],
    })
    expect({ status, ignored }).toEqual({ status: 200, ignored: [] })
    expect(resultsIn(sent)).toEqual([['a', 'f']])
  })

  test('parallel results in another order get their own names', async () => {
    const { sent } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [ASK, calling({ a: 'f', b: 'g', c: 'f' }), result('c', { name: 'g' }), result('a'), result('b', { name: 'f' })],
    })
    expect(resultsIn(sent)).toEqual([
      ['a', 'f'],
      ['b', 'g'],
      ['c', 'f'],
    ])
  })

  test('results of several steps get the names of their steps', async () => {
    const { sent } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [ASK, calling({ a: 'f' }), result('a'), calling({ b: 'g' }), result('b'), ASK, calling({ c: 'f' }), result('c')],
    })
    expect(resultsIn(sent)).toEqual([
      ['a', 'f'],
      ['b', 'g'],
      ['c', 'f'],
    ])
  })

  test('results of calls with one id get the names of their calls', async () => {
    const calls = ['f', 'g'].map((name) => ({ id: 'x', type: 'function', function: { name, arguments: '{}' } }))
    const { sent } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [ASK, { role: 'assistant', content: null, tool_calls: calls }, result('x'), result('x')],
    })
    expect(resultsIn(sent)).toEqual([
      ['x', 'f'],
      ['x_2', 'g'],
    ])
  })

  test('names of users are unchanged', async () => {
    const { sent } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [{ ...ASK, name: 'ada' }, calling({ a: 'f' }), result('a'), ASK],
    })
    expect(sent?.messages[0]).toEqual(way.startsWith('chat') ? { ...ASK, name: 'ada' } : ASK)
    expect(sent?.messages.at(-1)).toEqual(ASK)
  })
})

test.each(['f', 'unknown', ''])('a legacy function result named %j gets the name of its call', async (name) => {
  const response = await post(proxy, {
    model: MODEL,
    messages: [ASK, { role: 'assistant', function_call: { name: 'f', arguments: '{}' } }, { role: 'function', name, content: 'x' }],
  })
  expect(response.status).toBe(200)
  expect(resultsIn(proxy.simulator.requests.at(-1)?.body as never)).toEqual([['call_legacy_1', 'f']])
})

test('the outputs of a custom tool and of a tool in a namespace get the names of their calls', async () => {
  const { status } = await fetch(`${proxy.baseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: MODEL,
      input: [
        { role: 'user', content: 'hi' },
        { type: 'custom_tool_call', call_id: 'a', name: 'shell', input: 'ls' },
        { type: 'function_call', call_id: 'b', name: 'get', namespace: 'mcp', arguments: '{}' },
        { type: 'custom_tool_call_output', call_id: 'a', output: 'x' },
        { type: 'function_call_output', call_id: 'b', output: 'y' },
      ],
    }),
  })
  expect(status).toBe(200)
  expect(resultsIn(proxy.simulator.requests.at(-1)?.body as never)).toEqual([
    ['a', 'shell'],
    ['b', 'mcp__get'],
  ])
})
