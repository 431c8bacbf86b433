import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseStream, post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { API_VARIANTS, type SentRequest, sendBy } from '../../../support/ways.js'
import { tool } from './cases.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const ASK = { role: 'user', content: 'hi' }
const GEMINI_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/
const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12)
const sentNames = (sent: SentRequest | undefined): unknown[] => (sent?.tools ?? []).map((each) => each.function.name)

/** Names that OpenAI or its clients allow and Google refuses. */
const NAMES = [
  '12306-query',
  '-dash',
  '9',
  '_',
  'a'.repeat(65),
  `${'long-name-of-a-tool-'.repeat(6)}x`,
  'get weather',
  'github/search',
  '查询天气',
  'née',
  '🙂',
  '$ref',
  'a.b[0]',
  '__proto__',
  'x'.repeat(5_000),
]

describe.each(API_VARIANTS)('by %s', (way) => {
  test.each(NAMES)('a function may be named %s', async (name) => {
    const outcome = await sendBy(proxy, way, { model: MODEL, messages: [ASK], tools: [tool(name)], tool_choice: 'required' })
    expect(outcome).toMatchObject({ status: 200, ignored: [] })
    expect(sentNames(outcome.sent)).toEqual([expect.stringMatching(GEMINI_NAME)])
    expect(outcome.calls).toMatchObject([{ name }])
  })

  test.each(['a.b:c-d_e', 'weather', 'A'.repeat(64), 'mcp__server__tool'])('the valid name %s is sent unchanged', async (name) => {
    const { sent, calls } = await sendBy(proxy, way, { model: MODEL, messages: [ASK], tools: [tool(name)], tool_choice: 'required' })
    expect(sentNames(sent)).toEqual([name])
    expect(calls).toMatchObject([{ name }])
  })

  test('a name with a leading digit remains readable for the model', async () => {
    const { sent } = await sendBy(proxy, way, { model: MODEL, messages: [ASK], tools: [tool('12306-query')] })
    expect(sentNames(sent)).toEqual([`_12306-query_${hashOf('12306-query')}`])
  })

  test('names that differ in one character are sent as different names', async () => {
    const tools = ['a b', 'a/b', 'a_b', '1', `1${'x'.repeat(80)}y`, `1${'x'.repeat(80)}z`].map((name) => tool(name))
    const { sent, calls } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [{ role: 'user', content: `hi simulate:${JSON.stringify({ steps: { count: 1, parallel: 6 } })}` }],
      tools,
    })
    expect(new Set(sentNames(sent)).size).toBe(6)
    expect(calls.map(({ name }) => name)).toEqual(tools.map((each) => each.function.name))
  })

  test('tool_choice may use the declared name', async () => {
    const choice = { type: 'function', function: { name: '2nd tool' } }
    const { status, sent, calls } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [ASK],
      tools: [tool('1st tool'), tool('2nd tool')],
      tool_choice: choice,
    })
    expect(status).toBe(200)
    expect(sent?.tool_choice).toEqual({ type: 'function', function: { name: sentNames(sent)[1] } })
    expect(calls).toMatchObject([{ name: '2nd tool' }])
  })

  test('allowed_tools may use the declared name', async () => {
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: '2nd tool' } }] }
    const { status, sent, calls } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [ASK],
      tools: [tool('1st tool'), tool('2nd tool')],
      tool_choice: { type: 'allowed_tools', allowed_tools: allowed },
    })
    expect(status).toBe(200)
    expect(sent?.tool_choice).toBe('required')
    expect(sentNames(sent)).toEqual([`_2nd_tool_${hashOf('2nd tool')}`])
    expect(calls).toMatchObject([{ name: '2nd tool' }])
  })

  test('a tool_choice that is not declared is refused with the name that the client sent', async () => {
    const { status, error } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [ASK],
      tools: [tool('1st tool')],
      tool_choice: { type: 'function', function: { name: '2nd tool' } },
    })
    expect(status).toBe(400)
    expect(error?.message).toBe("`tools` has no function named '2nd tool'.")
  })

  test.each([true, false])('calls in the history are renamed like the declarations, with tools: %s', async (isDeclared) => {
    const name = '12306-query'
    const { status, sent } = await sendBy(proxy, way, {
      model: MODEL,
      messages: [
        ASK,
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name, arguments: '{}' } },
            { id: 'b', type: 'function', function: { name: 'ok', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', name, content: '1' },
        { role: 'tool', tool_call_id: 'b', content: '2' },
      ],
      ...(isDeclared ? { tools: [tool(name), tool('ok')] } : {}),
    })
    const mapped = `_12306-query_${hashOf(name)}`
    expect(status).toBe(200)
    expect(sent?.messages.slice(1)).toMatchObject([
      { tool_calls: [{ function: { name: mapped } }, { function: { name: 'ok' } }] },
      { role: 'tool', name: mapped },
      { role: 'tool', name: 'ok' },
    ])
    if (isDeclared) expect(sentNames(sent)).toEqual([mapped, 'ok'])
  })

  test('an agent loop with such a function continues with the returned calls', async () => {
    const name = '7 zip'
    const request = { model: MODEL, messages: [ASK], tools: [tool(name)] }
    const first = await sendBy(proxy, way, { ...request, tool_choice: 'required' })
    const calls = first.calls.map(({ id, ...called }) => ({ id, type: 'function', function: called }))
    const results = first.calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, name, content: 'done' }))
    const second = await sendBy(proxy, way, {
      ...request,
      messages: [ASK, { role: 'assistant', content: null, tool_calls: calls }, ...results],
    })
    expect(second).toMatchObject({ status: 200, calls: [] })
    expect(second.sent?.messages).toMatchObject([{}, { tool_calls: [{ function: { name: `_7_zip_${hashOf(name)}` } }] }, {}])
  })
})

test('a response that calls such a function can be continued by its id', async () => {
  const tools = [tool('7 zip')]
  const first = await sendBy(proxy, 'responses', { model: MODEL, messages: [ASK], tools, tool_choice: 'required' })
  const second = await sendBy(proxy, 'responses', {
    model: MODEL,
    previous_response_id: first.responseId,
    messages: [{ role: 'tool', tool_call_id: first.calls[0]?.id, content: 'done' }],
    tools,
  })
  expect(second.status).toBe(200)
  const name = `_7_zip_${hashOf('7 zip')}`
  expect(second.sent?.messages).toMatchObject([ASK, { tool_calls: [{ function: { name } }] }, { role: 'tool', name }])
})

describe('legacy functions', () => {
  const body = {
    model: MODEL,
    messages: [
      ASK,
      { role: 'assistant', content: null, function_call: { name: '12306-query', arguments: '{}' } },
      { role: 'function', name: '12306-query', content: 'late' },
      { role: 'user', content: 'Again.' },
    ],
    functions: [{ name: '12306-query', parameters: { type: 'object', properties: {} } }],
    function_call: { name: '12306-query' },
  }
  const mapped = `_12306-query_${hashOf('12306-query')}`

  test.each([false, true])('may have invalid names, with stream: %s', async (stream) => {
    const response = await post(proxy, { ...body, stream })
    expect(response.status).toBe(200)
    const text = await response.text()
    const called = stream
      ? parseStream(text).chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.function_call?.name ?? []))
      : [(JSON.parse(text) as { choices: { message: { function_call: { name: string } } }[] }).choices[0]?.message.function_call.name]
    expect(called).toEqual(['12306-query'])
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({
      messages: [{}, { tool_calls: [{ function: { name: mapped } }] }, { role: 'tool', name: mapped }, {}],
      tools: [{ function: { name: mapped } }],
      tool_choice: { function: { name: mapped } },
    })
  })
})

test.each([
  [{ tools: [tool('ok'), tool('')] }, 'tools[1].function.name'],
  [{ functions: [{ name: '' }] }, 'functions[0].name'],
])('an empty name is refused: %j', async (more, param) => {
  const response = await post(proxy, { model: MODEL, messages: [ASK], ...more })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'string_too_short', param } })
})
