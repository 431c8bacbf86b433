import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { asking, lastSent, STRICT } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const COMPACTION = { type: 'compaction', encrypted_content: 'zzz' }
const WEB_SEARCH = { type: 'web_search_call', id: 'ws_1', status: 'completed' }
const FILE_SEARCH = { ...WEB_SEARCH, type: 'file_search_call' }
const REASONING = { type: 'reasoning', summary: [], encrypted_content: 'zzz' }
const USER = { role: 'user', content: 'hi' }
/**
 * The error for an input of nothing but web searches. The native API accepts such items, but they
 * add nothing to a conversation.
 */
const SEARCH_ALONE: { code: string; param: string; types: string[] } = isOnNative
  ? { code: 'invalid_value', param: 'input', types: [] }
  : { code: 'unsupported_value', param: 'input[0]', types: ["'web_search_call'"] }
const post = (body: object) => call(proxy.origin, { path: '/v1/responses', body: { model: STRICT, store: false, ...body } })

describe.each([false, true])('an input with nothing to send is a 400 that names the types (stream: %s)', (stream) => {
  test.each<[what: string, input: object[]]>([
    ['a web search', [WEB_SEARCH]],
    ['two web searches', [WEB_SEARCH, WEB_SEARCH]],
  ])('%s', async (_, input) => {
    const { code, param, types } = SEARCH_ALONE
    for (const more of [{}, { instructions: 'Be brief.' }]) {
      const answer = await post({ input, stream, ...more })
      expect([answer.status, answer.json]).toEqual([400, failure(code, param)])
      for (const type of types) expect(answer.text).toContain(type)
    }
    expect(proxy.simulator.requests).toEqual([])
  })

  test.each<[what: string, input: object[], param: string, types: string[]]>([
    ['a compaction', [COMPACTION], 'input[0]', ["'compaction'"]],
    ['a file search', [FILE_SEARCH, FILE_SEARCH], 'input[0]', ["'file_search_call'"]],
    ['several types', [COMPACTION, WEB_SEARCH], 'input[0]', [isOnNative ? "'compaction'" : "'compaction', 'web_search_call'"]],
    ['several types, none of them supported', [COMPACTION, FILE_SEARCH], 'input[0]', ["'compaction', 'file_search_call'"]],
    ['an unknown type', [{ type: 'telepathy' }], 'input[0]', ["'telepathy'"]],
    ['a name of an Object.prototype member as type', [{ type: 'constructor' }], 'input[0]', ["'constructor'"]],
    ['a tool search of OpenAI', [{ type: 'tool_search_output', call_id: null, tools: [] }], 'input[0]', ["'tool_search_output'"]],
    ['reasoning before it', [REASONING, COMPACTION], 'input[1]', ["'compaction'"]],
  ])('%s', async (_, input, param, types) => {
    for (const more of [{}, { instructions: 'Be brief.' }]) {
      const answer = await post({ input, stream, ...more })
      expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', param)])
      for (const type of types) expect(answer.text).toContain(type)
    }
    expect(proxy.simulator.requests).toEqual([])
  })

  test('after a stored response', async () => {
    const stored = await call(proxy.origin, { path: '/v1/responses', body: asking({ text: 'Hello' }) })
    const answer = await post({ previous_response_id: (stored.json as { id: string }).id, input: [COMPACTION], stream })
    expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', 'input[0]')])
    expect(proxy.simulator.requests).toHaveLength(1)
  })

  test.each<[what: string, input: object[], code: string, param: string]>([
    ['only reasoning', [REASONING], 'invalid_value', 'input'],
    ['reasoning without ciphertext', [{ type: 'reasoning', id: 'rs_1', summary: [] }], 'invalid_value', 'input'],
    ['several reasoning items', [REASONING, REASONING], 'invalid_value', 'input'],
    ['a compaction and reasoning', [COMPACTION, REASONING], 'unsupported_value', 'input[0]'],
    ['reasoning and a web search', [REASONING, WEB_SEARCH], SEARCH_ALONE.code, isOnNative ? 'input' : 'input[1]'],
    ['reasoning and a file search', [REASONING, FILE_SEARCH], 'unsupported_value', 'input[1]'],
    ['an empty agent message', [REASONING, { type: 'agent_message', content: [] }], 'unsupported_value', 'input[1]'],
  ])('after a stored response, with %s, as only the same history would be sent again', async (_, input, code, param) => {
    const stored = await call(proxy.origin, { path: '/v1/responses', body: asking({ text: 'Hello' }) })
    const answer = await post({ previous_response_id: (stored.json as { id: string }).id, input, stream })
    expect([answer.status, answer.json]).toEqual([400, failure(code, param)])
    expect(proxy.simulator.requests).toHaveLength(1)
  })

  test.each<[what: string, input: object[]]>([
    ['only tools', [{ type: 'additional_tools', tools: [] }]],
    ['only reasoning', [REASONING]],
  ])('%s: without a message', async (_, input) => {
    const answer = await post({ input, stream, instructions: 'Be brief.' })
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_value', 'input')])
  })

  test('a very long type, of which the error quotes a part', async () => {
    const answer = await post({ input: [{ type: 'x'.repeat(5_000) }], stream })
    expect([answer.status, answer.text.length < 500]).toEqual([400, true])
  })
})

test('items that are not supported are left out and listed as ignored if others can be sent', async () => {
  const answer = await post({ input: [COMPACTION, USER, WEB_SEARCH, FILE_SEARCH] })
  const ignored = isOnNative ? 'input[0], input[3]' : 'input[0], input[2], input[3]'
  expect([answer.status, answer.headers['x-gemini-proxy-ignored-params']]).toEqual([200, ignored])
  expect(lastSent(proxy).messages).toEqual([USER])
})

test('the tools that an MCP server listed earlier are left out, although they have no type', async () => {
  const listed = { type: 'mcp_list_tools', id: 'mcpl_1', server_label: 's', tools: [{ name: 'roll', input_schema: {} }], error: null }
  const answer = await post({ input: [USER, listed, USER] })
  expect([answer.status, answer.headers['x-gemini-proxy-ignored-params']]).toEqual([200, 'input[1]'])
})

test('the credentials of an MCP server are neither returned nor stored', async () => {
  const server = { type: 'mcp', server_label: 's', server_url: 'https://mcp.example/path?key=secret-1', require_approval: 'never' }
  const secretServer = { ...server, authorization: 'secret-2', headers: { 'X-Api-Key': 'secret-3' } }
  const namespace = { type: 'namespace', name: 'n', description: 'N' }
  const tools = [secretServer, { ...namespace, tools: [secretServer] }]
  const answer = await post({ input: [USER], tools, store: true })
  const { id, tools: returned } = answer.json as { id: string; tools: unknown }
  const cleaned = { ...server, server_url: 'https://mcp.example', headers: null }
  expect(returned).toEqual([cleaned, { ...namespace, tools: [cleaned] }])
  const stored = await call(proxy.origin, { path: `/v1/responses/${id}` })
  expect([stored.status, answer.text + stored.text]).toEqual([200, expect.not.stringContaining('secret-')])
})

test.each([
  ['code_interpreter', 'container'],
  ['shell', 'environment'],
])('the secrets in the container of a %s are neither returned nor stored', async (type, name) => {
  const policy = { type: 'allowlist', allowed_domains: ['a.example'] }
  const secrets = [{ domain: 'a.example', name: 'KEY', value: 'secret-1' }]
  const toTool = (more: object) => ({ type, [name]: { type: 'auto', network_policy: { ...policy, ...more } } })
  const answer = await post({ input: [USER], tools: [toTool({ domain_secrets: secrets })], store: true })
  const { id, tools } = answer.json as { id: string; tools: unknown }
  expect(tools).toEqual([toTool({})])
  const stored = await call(proxy.origin, { path: `/v1/responses/${id}` })
  expect([stored.status, answer.text + stored.text]).toEqual([200, expect.not.stringContaining('secret-')])
})

const SHELL = { type: 'local_shell_call', id: 'lsh_1', call_id: 's', action: { type: 'exec', command: ['ls'] }, status: 'completed' }
const outputOf = (callId: string) => ({ type: 'function_call_output', call_id: callId, output: 'x' })

describe.each([false, true])('the output of a call that is left out is left out, too (stream: %s)', (stream) => {
  const CALLED = { type: 'function_call', call_id: 'f', name: 'f', arguments: '{}' }
  test.each<[what: string, input: object[], ignored: string, roles: string[]]>([
    ['a local shell', [USER, SHELL, outputOf('s'), USER], 'input[1], input[2]', ['user', 'user']],
    ['before its call', [USER, outputOf('s'), SHELL], 'input[1], input[2]', ['user']],
    ['a custom tool output', [USER, SHELL, { ...outputOf('s'), type: 'custom_tool_call_output' }], 'input[1], input[2]', ['user']],
    ['beside a function call', [USER, SHELL, CALLED, outputOf('s'), outputOf('f')], 'input[1], input[3]', ['user', 'assistant', 'tool']],
    ['an unknown call', [USER, { type: 'telepathy', call_id: 't' }, outputOf('t'), USER], 'input[1], input[2]', ['user', 'user']],
    [
      'a tool search that OpenAI executes',
      [USER, { type: 'tool_search_call', call_id: 't', execution: 'server', arguments: {} }, outputOf('t')],
      'input[1], input[2]',
      ['user'],
    ],
  ])('%s', async (_, input, ignored, roles) => {
    const answer = await post({ input, stream })
    expect([answer.status, answer.headers['x-gemini-proxy-ignored-params']]).toEqual([200, ignored])
    expect(lastSent(proxy).messages?.map(({ role }) => role)).toEqual(roles)
  })

  test('unless a function call has the same id', async () => {
    const answer = await post({ input: [USER, SHELL, { ...CALLED, call_id: 's' }, outputOf('s')], stream })
    expect([answer.status, answer.headers['x-gemini-proxy-ignored-params']]).toEqual([200, 'input[1]'])
    expect(lastSent(proxy).messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
  })

  test('and is a 400 if nothing else can be sent', async () => {
    const answer = await post({ input: [SHELL, outputOf('s')], stream })
    expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value', 'input[0]')])
  })

  test('but an output without any call is a 400', async () => {
    const answer = await post({ input: [USER, { ...SHELL, call_id: null }, outputOf('s')], stream })
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_value', 'input[2]')])
  })
})

test('a response can be continued without further input', async () => {
  const stored = await call(proxy.origin, { path: '/v1/responses', body: asking({ text: 'Hello' }) })
  const { id } = stored.json as { id: string }
  for (const input of [undefined, []]) expect((await post({ previous_response_id: id, input })).status).toBe(200)
})
