import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const MODEL = 'gemini-3.5-flash'
const ASK = { role: 'user', content: 'hi' }
const CONTENT = [{ type: 'resource', resource: { uri: 'file:///a' } }]
const PARTS = "'text', 'image_url', 'input_audio', 'file', 'video_url'"
const GOOGLE_TOOLS = "'google_search', 'url_context', 'code_execution'"
const chat = (...messages: readonly object[]) => ({ model: MODEL, messages: [ASK, ...messages] })
const called = { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }

describe('an error about an unsupported type lists the supported types', () => {
  test.each<[where: string, body: object, param: string, kinds: string]>([
    ['a tool message', chat(called, { role: 'tool', tool_call_id: 'a', content: CONTENT }), 'messages[2].content[0].type', PARTS],
    [
      'the second part of a tool message',
      chat(called, { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'x' }, ...CONTENT] }),
      'messages[2].content[1].type',
      PARTS,
    ],
    ['a user message', chat({ role: 'user', content: CONTENT }), 'messages[1].content[0].type', PARTS],
    ['a system message', chat({ role: 'system', content: CONTENT }), 'messages[1].content[0].type', "'text'"],
    ['a developer message', chat({ role: 'developer', content: CONTENT }), 'messages[1].content[0].type', "'text'"],
    [
      'an assistant message',
      chat({ role: 'assistant', content: CONTENT }),
      'messages[1].content[0].type',
      "'text', 'refusal', 'image_url'",
    ],
    ['a message', chat({ ...ASK, role: 'robot' }), 'messages[1].role', "'developer', 'system', 'user', 'assistant', 'tool', 'function'"],
    [
      'a tool call',
      chat({ role: 'assistant', tool_calls: [{ id: 'a', type: 'mcp' }] }),
      'messages[1].tool_calls[0].type',
      "'function', 'custom'",
    ],
    ['a tool', { ...chat(), tools: [{ type: 'mcp' }] }, 'tools[0].type', `'function', 'custom', ${GOOGLE_TOOLS}`],
    [
      'a tool choice',
      { ...chat(), tool_choice: { type: 'mcp' } },
      'tool_choice.type',
      `'function', 'custom', 'allowed_tools', ${GOOGLE_TOOLS}`,
    ],
    ['a response format', { ...chat(), response_format: { type: 'xml' } }, 'response_format.type', "'text', 'json_object', 'json_schema'"],
  ])('in %s', async (_, body, param, kinds) => {
    const { status, json } = await call(proxy.origin, { path: '/v1/chat/completions', body })
    expect(status).toBe(400)
    expect(json).toMatchObject({ error: { code: 'invalid_value', param, message: expect.stringMatching(/^Invalid value: '\w+'/) } })
    expect((json as { error: { message: string } }).error.message).toContain(`Supported values are: ${kinds}.`)
  })

  test.each([
    ['web_search', 'google_search'],
    ['web_search_preview_2025_03_11', 'google_search'],
    ['googleSearch', 'google_search'],
    ['code_interpreter', 'code_execution'],
    ['urlContext', 'url_context'],
  ])('for the tool %s, with its name in this API', async (type, known) => {
    const { json } = await call(proxy.origin, { path: '/v1/chat/completions', body: { ...chat(), tools: [{ type }] } })
    const message = `Invalid value: '${type}'. Use '${known}' instead. Supported values are: 'function', 'custom', ${GOOGLE_TOOLS}.`
    expect(json).toMatchObject({ error: { code: 'invalid_value', param: 'tools[0].type', message } })
  })

  test('in a format of the Responses API', async () => {
    const body = { model: MODEL, input: 'hi', text: { format: { type: 'xml' } } }
    const { json } = await call(proxy.origin, { path: '/v1/responses', body })
    expect(json).toMatchObject({
      error: { param: 'text.format.type', message: "Invalid value: 'xml'. Supported values are: 'text', 'json_schema', 'json_object'." },
    })
  })
})
