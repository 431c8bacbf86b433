import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseMessageRequest } from '../../../src/messages/request/parseRequest.js'
import { eventually } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { asking, type Json, lastSent, messageOf, send, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({}, { models: { 'gemini-9.9-flash': 'alive' } })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const SEALS = { seal: (text: string) => text, open: () => undefined }
const parse = (more: Json) =>
  parseMessageRequest({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }], ...more } as never, {
    hasGoogleTools: true,
    seals: SEALS,
  })
const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }

describe('a request', () => {
  test('moves instructions before the first answer to the start, without the parts that differ per session', () => {
    const { chat } = parse({
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.332.0a1; cc_entrypoint=sdk-cli;' },
        { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'system', content: 'Mind the time.' },
      ],
    })
    expect(chat.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: 'Mind the time.' },
      { role: 'user', content: 'Hi' },
    ])
  })

  test.each(['', '\n', '\r\n\r\n'])('without the attribution line preserves the text after its end %j', (end) => {
    const line = `x-anthropic-billing-header: cc_version=2.1.332.0a1; cc_entrypoint=cli;${end}`
    const contents = [line, `${line}\nYou are a pirate.`].map((system) => parse({ system }).chat.messages[0]?.content)
    expect(contents).toEqual(['Hi', expect.stringMatching(/^\s*You are a pirate\.$/)])
  })

  test('starts with the same messages as an earlier one of its conversation, even after a new instruction', () => {
    const turn = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: [{ type: 'text', text: 'Mind the time.', cache_control: { type: 'ephemeral' } }] },
    ]
    const later = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Mind the time.' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'system', content: 'Mode: plan.' },
      { role: 'system' },
      { role: 'user', content: 'Go on.' },
    ]
    const first = parse({ system: 'Be brief.', messages: turn }).chat.messages
    const second = parse({ system: 'Be brief.', messages: later }).chat.messages
    expect(second.slice(0, first.length)).toEqual(first)
    expect(second.slice(first.length)).toEqual([
      { role: 'assistant', content: 'Yes?' },
      { role: 'system', content: 'Mode: plan.' },
      { role: 'user', content: 'Go on.' },
    ])
  })

  test('is the same for text as a string and as blocks', () => {
    const one = parse({
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'Hi' },
      ],
    })
    const other = parse({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }] },
        { role: 'user', content: [{ type: 'text', text: 'Hi', citations: null }] },
      ],
    })
    expect(other.chat).toEqual(one.chat)
  })

  test('puts tool results first, marks errors and preserves images', () => {
    const { chat } = parse({
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'read', input: { b: 1 }, caller: { type: 'direct' } }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Go on.' },
            {
              type: 'tool_result',
              tool_use_id: 'a',
              is_error: true,
              content: [
                { type: 'text', text: 'No.' },
                { type: 'image', source: PNG },
              ],
            },
            { type: 'tool_result', tool_use_id: 'b' },
          ],
        },
      ],
    })
    expect(chat.messages).toEqual([
      { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'read', arguments: '{"b":1}' } }] },
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [
          { type: 'text', text: 'Error:' },
          { type: 'text', text: 'No.' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
      { role: 'tool', tool_call_id: 'b', content: '' },
      { role: 'user', content: 'Go on.' },
    ])
  })

  test('has the text of an earlier answer unchanged, even if citations or thinking divide it', () => {
    const [text, thinking] = [(of: string) => ({ type: 'text', text: of }), { type: 'thinking', thinking: 'Hm.', signature: '' }]
    const content = [
      text('It says, '),
      text('the grass is green'),
      thinking,
      text('.'),
      { type: 'server_tool_use', id: 's' },
      text('Really.'),
    ]
    const { chat, paramNames } = parse({ messages: [{ role: 'assistant', content }] })
    expect(chat.messages[0]?.content).toEqual([text('It says, the grass is green.'), text('Really.')])
    expect(paramNames.rename('messages[0].content[1].text')).toBe('messages[0].content[5].text')
  })

  test('merges consecutive assistant messages into one turn with all their calls', async () => {
    const use = (id: string) => ({ type: 'tool_use', id, name: 'get_weather', input: {} })
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [use('a')] },
      { role: 'assistant', content: 'I wait.' },
      { role: 'assistant', content: [use('b')] },
      { role: 'user', content: ['a', 'b'].map((id) => ({ type: 'tool_result', tool_use_id: id, content: `Result ${id}.` })) },
    ]
    await messageOf(proxy, asking({}, { messages, tools: [WEATHER] }))
    expect(lastSent(proxy).messages).toMatchObject([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'I wait.', tool_calls: [{}, {}] },
      { role: 'tool', content: 'Result a.' },
      { role: 'tool', content: 'Result b.' },
    ])
    const { rename } = parse({ messages }).paramNames
    expect(['content[0]', 'tool_calls[1]'].map((part) => rename(`messages[1].${part}`))).toEqual([
      'messages[2].content',
      'messages[3].content[0]',
    ])
  })

  test('has documents as files or text', () => {
    const { chat } = parse({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', title: 'A', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Words.' } },
            { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'More.' }] } },
            { type: 'search_result', title: 'T', source: 'https://x.example', content: [{ type: 'text', text: 'Found.' }] },
          ],
        },
      ],
    })
    expect(chat.messages[0]?.content).toEqual([
      { type: 'text', text: 'A' },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'A' } },
      { type: 'text', text: 'Words.' },
      { type: 'text', text: 'More.' },
      { type: 'text', text: 'T\nhttps://x.example' },
      { type: 'text', text: 'Found.' },
    ])
  })

  test('has the title of a linked document as text, not as a file name', () => {
    const source = { type: 'url', url: 'https://example.com/intro.pdf' }
    const { chat } = parse({ messages: [{ role: 'user', content: [{ type: 'document', title: 'Introduction to Node.js', source }] }] })
    expect(chat.messages[0]?.content).toEqual([
      { type: 'text', text: 'Introduction to Node.js' },
      { type: 'file', file: { file_data: source.url } },
    ])
  })

  test.each<[Json, Json]>([
    [{ thinking: { type: 'disabled' } }, { reasoning_effort: 'none' }],
    [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, { reasoning_effort: 'high' }],
    [{ thinking: { type: 'enabled', budget_tokens: 2_000 } }, { reasoning_effort: 'low' }],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, { reasoning_effort: 'max' }],
    [
      { stop_sequences: ['a', ''], top_k: 3 },
      { stop: ['a', ''], extra_body: { google: { top_k: 3 } } },
    ],
    [{ max_tokens: 0 }, { max_completion_tokens: 1 }],
    [
      { tools: [WEATHER], tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      { tool_choice: 'required', parallel_tool_calls: false },
    ],
    [
      { tools: [WEATHER], tool_choice: { type: 'tool', name: 'get_weather' } },
      { tool_choice: { type: 'function', function: { name: 'get_weather' } } },
    ],
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 8 }] }, { tools: [{ type: 'google_search' }] }],
    [{ output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } }, { response_format: { type: 'json_schema' } }],
  ])('with %j becomes a chat with %j', (more, expected) => {
    expect(parse(more).chat).toMatchObject(expected)
  })

  test('reports ignored parameters', () => {
    const { paramNames, chat } = parse({
      metadata: { user_id: 'x' },
      top_k: 0,
      context_management: null,
      service_tier: 'auto',
      tools: [{ type: 'bash_20250124', name: 'bash' }],
      tool_choice: { type: 'any' },
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'ErUB' },
            { type: 'server_tool_use', id: 's' },
          ],
        },
      ],
    })
    expect(paramNames.ignored.toSorted()).toEqual(
      [
        'metadata',
        'top_k',
        'service_tier',
        'tools[0]',
        'tool_choice',
        'messages[0].content[0].signature',
        'messages[0].content[1]',
      ].toSorted(),
    )
    expect(chat).not.toHaveProperty('extra_body')
    expect(chat).not.toHaveProperty('tool_choice')
    expect(JSON.stringify(chat)).not.toContain('Hm')
  })

  test.each([
    [{ output_config: { format: { type: 'json_schema' } } }, 'output_config.format'],
    [{ output_config: { format: { type: 'grammar' } } }, 'output_config.format'],
    [{ output_format: { type: 'json_schema', schema: 1 } }, 'output_format'],
  ])('reports an output format without a schema as ignored: %j', (more, path) => {
    expect(parse(more).paramNames.ignored).toEqual([path])
  })

  test('reports a tool_choice for an ignored tool, and preserves the other tools', () => {
    const { paramNames, chat } = parse({
      tools: [WEATHER, { type: 'bash_20250124', name: 'bash' }],
      tool_choice: { type: 'tool', name: 'bash' },
    })
    expect(paramNames.ignored).toEqual(['tools[1]', 'tool_choice'])
    expect(chat).not.toHaveProperty('tool_choice')
    expect(chat.tools).toHaveLength(1)
  })

  test('reports ignored blocks within other blocks', () => {
    const odd = { type: 'odd' }
    const { paramNames } = parse({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }, odd] } },
            { type: 'search_result', title: 'T', source: 'https://x.example', content: [odd] },
          ],
        },
      ],
    })
    expect(paramNames.ignored).toEqual(['messages[0].content[0].source.content[1]', 'messages[0].content[1].content[0]'])
  })

  test.each([
    ['image', "'base64', 'url', 'file'"],
    ['document', "'base64', 'url', 'text', 'content', 'file'"],
  ])('with an unknown source of a %s lists the supported ones', (type, supported) => {
    const messages = [{ role: 'user', content: [{ type, source: { type: 'odd' } }] }]
    expect(() => parse({ messages })).toThrow(`Supported values are: ${supported}.`)
  })

  test('reports additional search tools, of which Gemini accepts only one', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' }
    const { paramNames, chat } = parse({ tools: [search, WEATHER, { ...search, name: 'other' }] })
    expect(paramNames.ignored).toEqual(['tools[2]'])
    expect(chat.tools?.map(({ type }) => type)).toEqual(['function', 'google_search'])
  })
})

describe('a request of Claude Code', () => {
  test.each([
    ['claude-gemini-3.8-flash', 'gemini-3.8-flash'],
    ['claude-sonnet-4-5', 'gemini-3.8-flash'],
    ['claude-haiku-4-5-20251001', 'gemini-3.1-flash-lite'],
    ['gemini-3.5-flash', 'gemini-3.5-flash'],
  ])('for the model %s is served by %s', async (model, served) => {
    const { model: echoed } = await messageOf(proxy, asking({ text: 'Yes.' }, { model, max_tokens: 128_000 }))
    expect(echoed).toBe(model)
    const sent = lastSent(proxy)
    expect(sent.model).toBe(served)
    expect(Number(sent.max_tokens)).toBeLessThanOrEqual(65_536)
  })

  test.each([
    ['gemini-3.1-flash-lite', 128_000, 65_536, 'max_tokens'],
    ['gemini-9.9-flash', 128_000, 65_536, 'max_tokens'],
    ['gemini-9.9-flash', 65_536, 65_536, undefined],
    // An unlisted model gets headroom for thinking, up to the token limit of its model family.
    ['gemini-9.9-flash', 32_000, isOnNative ? 40_192 : 32_768, undefined],
  ])('to %s with max_tokens %i sends at most %i', async (model, limit, sent, ignored) => {
    const { status, headers } = await send(proxy, asking({ text: 'Yes.' }, { model, max_tokens: limit }))
    const { max_tokens: most } = lastSent(proxy)
    expect([status, most, headers['x-gemini-proxy-ignored-params']]).toEqual([200, sent, ignored])
  })

  test('to a retired model has the limit of its replacement', async () => {
    const { status, headers } = await send(proxy, asking({ text: 'Yes.' }, { model: 'gemini-2.0-flash', max_tokens: 32_000 }))
    expect([status, headers['x-gemini-proxy-ignored-params'], lastSent(proxy).model]).toEqual([200, undefined, 'gemini-3.8-flash'])
    expect(Number(lastSent(proxy).max_tokens)).toBeGreaterThanOrEqual(32_000)
  })

  test('gets a list of ignored betas', async () => {
    const betas = { 'anthropic-beta': 'claude-code-20250219, interleaved-thinking-2025-05-14,' }
    const { status, headers } = await send(proxy, asking({ text: 'Yes.' }, { metadata: { user_id: 'x' } }), '/v1/messages?beta=true', betas)
    expect([status, headers['x-gemini-proxy-ignored-params']]).toEqual([
      200,
      'metadata, anthropic-beta.claude-code-20250219, anthropic-beta.interleaved-thinking-2025-05-14',
    ])
  })

  test('is served by the models that the operator has configured', async () => {
    const own = await startProxy({ CLAUDE_MODELS: 'claude-*=gemini-3.6-flash', MODEL_ALIASES: 'claude-opus-*=gemini-3.7-flash' })
    for (const [model, served] of [
      ['claude-opus-5-5', 'gemini-3.7-flash'],
      ['claude-haiku-x', 'gemini-3.6-flash'],
    ] as const) {
      await messageOf(own, asking({ text: 'Yes.' }, { model }))
      expect(lastSent(own).model).toBe(served)
    }
    await own.close()
  })
})

test('the metrics have model names as Anthropic clients send them', async () => {
  const own = await startProxy()
  for (const model of ['claude-gemini-3.8-flash', 'claude-sonnet-4-5']) await messageOf(own, asking({ text: 'Yes.' }, { model }))
  await eventually(async () => {
    const { text } = await call(own.origin, { path: '/metrics' })
    const models = [...text.matchAll(/gemini_proxy_requests_total\{operation="createMessage",.*?model="(.*?)"/g)].map(([, model]) => model)
    // `claude-sonnet-4-5` matches only a pattern of CLAUDE_MODELS: clients could invent any number
    // of such names, so all of them are counted as `other`.
    expect(models.sort()).toEqual(['claude-gemini-3.8-flash', 'other'])
  })
  await own.close()
})

describe('token counting', () => {
  const body = { model: 'claude-gemini-3.5-flash', messages: [{ role: 'user', content: 'Hello there' }] }

  test('covers the whole request', async () => {
    const native = await startProxy({ GEMINI_UPSTREAM: 'native', RATE_LIMIT_RPM: '1' })
    const few = await send(native, body, '/v1/messages/count_tokens?beta=true')
    const many = await send(native, { ...body, system: 'Be very brief, please.', tools: [WEATHER] }, '/v1/messages/count_tokens')
    await native.close()
    const [small, large] = [few, many].map(({ json }) => (json as { input_tokens: number }).input_tokens)
    expect(small).toBeGreaterThan(0)
    expect(large).toBeGreaterThan(small ?? 0)
  })

  test.each([
    { stop_sequences: 'Human:' },
    { stop_sequences: [1] },
    { max_tokens: 1.5 },
    { temperature: -1 },
    { top_k: 'x' },
    { stream: 'yes' },
  ])('ignores parameters of the answer: %j', async (more) => {
    const native = await startProxy({ GEMINI_UPSTREAM: 'native' })
    const { status, json } = await send(native, { ...body, ...more }, '/v1/messages/count_tokens')
    await native.close()
    expect([status, json]).toEqual([200, { input_tokens: expect.any(Number) }])
  })

  test('is 501 not_supported if Gemini cannot count', async () => {
    const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
    const { status, json, headers } = await send(compat, body, '/v1/messages/count_tokens')
    expect([status, json]).toMatchObject([501, { error: { type: 'not_supported' } }])
    expect(headers['x-should-retry']).toBe('false')
    // Logged at the level info: a missing feature of the compatible API is no failure for the
    // operator.
    await eventually(() => expect(compat.logs.at(-1)).toMatchObject({ status: 501, level: 30 }))
    await compat.close()
  })
})

describe("models in Anthropic's format", () => {
  const VERSION = { 'anthropic-version': '2026-10-21' }

  test('are listed with names that Claude Code shows', async () => {
    const { json } = await call(proxy.origin, { path: '/v1/models?limit=1000', headers: VERSION })
    const { data, ...page } = json as { data: { id: string }[] }
    expect(page).toEqual({ has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id })
    const ids = data.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['claude-gemini-3.8-flash', 'gemini-3.8-flash']))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test.each(['claude-gemini-3.8-flash', 'gemini-3.8-flash', 'claude-sonnet-4-5'])('can be retrieved: %s', async (id) => {
    const { json } = await call(proxy.origin, { path: `/v1/models/${id}`, headers: VERSION })
    expect(json).toMatchObject({ type: 'model', id, display_name: 'Gemini 3.8 Flash', max_tokens: expect.any(Number) })
  })

  test('have a 404 in that format', async () => {
    const { status, json } = await call(proxy.origin, { path: '/v1/models/no-such-model', headers: VERSION })
    expect([status, json]).toMatchObject([404, { type: 'error', error: { type: 'not_found_error' } }])
  })
})
