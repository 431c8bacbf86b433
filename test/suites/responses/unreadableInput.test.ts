import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type Proxy as ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { asking, lastSent, STRICT } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const COMPACTION = { type: 'compaction', encrypted_content: 'zzz' }
const WEB_SEARCH = { type: 'web_search_call', id: 'ws_1', status: 'completed' }
const REASONING = { type: 'reasoning', summary: [], encrypted_content: 'zzz' }
const USER = { role: 'user', content: 'hi' }
const post = (body: object) => call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, store: false, ...body } })

describe.each([false, true])('an input of which nothing can be read is a 400 that names it (stream: %s)', (stream) => {
  test.each<[what: string, input: object[], param: string, types: string[]]>([
    ['a compaction', [COMPACTION], 'input[0]', ["'compaction'"]],
    ['a web search', [WEB_SEARCH], 'input[0]', ["'web_search_call'"]],
    ['two of one type', [WEB_SEARCH, WEB_SEARCH], 'input[0]', ["'web_search_call'"]],
    ['several types', [COMPACTION, WEB_SEARCH], 'input[0]', ["'compaction', 'web_search_call'"]],
    ['an unknown type', [{ type: 'telepathy' }], 'input[0]', ["'telepathy'"]],
    ['a type of JavaScript', [{ type: 'constructor' }], 'input[0]', ["'constructor'"]],
    ['a search of OpenAI', [{ type: 'tool_search_output', call_id: null, tools: [] }], 'input[0]', ["'tool_search_output'"]],
    ['thoughts before it', [REASONING, COMPACTION], 'input[1]', ["'compaction'"]],
  ])('%s', async (_, input, param, types) => {
    for (const more of [{}, { instructions: 'Be brief.' }]) {
      const answer = await post({ input, stream, ...more })
      expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', param)])
      for (const type of types) expect(answer.text).toContain(type)
    }
    expect(proxy.simulator.requests).toEqual([])
  })

  test('after a stored response, too', async () => {
    const stored = await call(proxy.origin, { path: '/v1/responses', body: asking({ text: 'Hello' }) })
    const answer = await post({ previous_response_id: (stored.json as { id: string }).id, input: [COMPACTION], stream })
    expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', 'input[0]')])
    expect(proxy.simulator.requests).toHaveLength(1)
  })

  test.each<[what: string, input: object[], code: string, param: string]>([
    ['thoughts alone', [REASONING], 'invalid_value', 'input'],
    ['thoughts without ciphertext', [{ type: 'reasoning', id: 'rs_1', summary: [] }], 'invalid_value', 'input'],
    ['several thoughts', [REASONING, REASONING], 'invalid_value', 'input'],
    ['a compaction and thoughts', [COMPACTION, REASONING], 'unsupported_value', 'input[0]'],
    ['thoughts and a web search', [REASONING, WEB_SEARCH], 'unsupported_value', 'input[1]'],
    ['an agent that says nothing', [REASONING, { type: 'agent_message', content: [] }], 'unsupported_value', 'input[1]'],
  ])('after a stored response, %s: the same history would be sent once more', async (_, input, code, param) => {
    const stored = await call(proxy.origin, { path: '/v1/responses', body: asking({ text: 'Hello' }) })
    const answer = await post({ previous_response_id: (stored.json as { id: string }).id, input, stream })
    expect([answer.status, answer.json]).toEqual([400, failure(code, param)])
    expect(proxy.simulator.requests).toHaveLength(1)
  })

  test.each<[what: string, input: object[]]>([
    ['tools alone', [{ type: 'additional_tools', tools: [] }]],
    ['thoughts alone', [REASONING]],
  ])('%s: there is no message', async (_, input) => {
    const answer = await post({ input, stream, instructions: 'Be brief.' })
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_value', 'input')])
  })

  test('a very long type is quoted in part', async () => {
    const answer = await post({ input: [{ type: 'x'.repeat(5_000) }], stream })
    expect([answer.status, answer.text.length < 500]).toEqual([400, true])
  })
})

test('of an input of which something can be read, the rest is left out and named', async () => {
  const answer = await post({ input: [COMPACTION, USER, WEB_SEARCH] })
  expect([answer.status, answer.headers['x-gemini-proxy-ignored-params']]).toEqual([200, 'input[0], input[2]'])
  expect(lastSent(proxy).messages).toEqual([USER])
})

test('a response is continued without further input', async () => {
  const stored = await call(proxy.origin, { path: '/v1/responses', body: asking({ text: 'Hello' }) })
  const { id } = stored.json as { id: string }
  for (const input of [undefined, []]) expect((await post({ previous_response_id: id, input })).status).toBe(200)
})
