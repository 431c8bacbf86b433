import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnthropicMessage } from '../../../src/contract/types.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { asking, callOf, type Json, lastSent, messageOf, STRICT, send, WEATHER } from './asking.js'

// Faults that users have reported of other gateways between Anthropic's clients and Gemini. This
// proxy must not have them.
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' }, { strictSchemas: true })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const DELIVERIES = [
  ['whole', false],
  ['streamed', true],
] as const
const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }
const PDF = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQK' }
const PLACEHOLDER = 'skip_thought_signature_validator'
const user = (content: unknown): Json => ({ role: 'user', content })
const assistant = (...content: unknown[]): Json => ({ role: 'assistant', content })
const result = (id: string, content: unknown, more: Json = {}): Json => ({ type: 'tool_result', tool_use_id: id, content, ...more })
const callsIn = ({ content }: AnthropicMessage) => content.flatMap((block) => (block.type === 'tool_use' ? [block] : []))
const typesOf = ({ content }: AnthropicMessage): string[] => content.map(({ type }) => type)
const ask = (messages: readonly unknown[], more: Json = {}): Json => ({ ...asking({}), messages, ...more })
/** Returns the body of the last request to Gemini, as text. */
const sentText = (): string => JSON.stringify(proxy.simulator.requests.at(-1)?.body)

describe.each(DELIVERIES)('in an answer, %s,', (_way, stream) => {
  // Reported in openai-python#2806 and ollama#15785.
  test.each(['STOP', 'stop'])('the stop reason is not end_turn if Gemini ends calls with %s', async (finish) => {
    const request = asking({ toolCalls: [callOf('Paris')], finish: isOnNative ? 'STOP' : finish }, { stream, tools: [WEATHER] })
    expect((await messageOf(proxy, request)).stop_reason).toBe('tool_use')
  })

  // Reported in python-genai#811 and langchain-google#1020.
  test('thinking that uses up max_tokens leads to max_tokens without a text block', async () => {
    const behaviour: Behaviour = { text: '', thoughts: 'Hm.', finish: isOnNative ? 'MAX_TOKENS' : 'length' }
    const message = await messageOf(proxy, asking(behaviour, { stream }))
    expect([message.content, message.stop_reason]).toEqual([[], 'max_tokens'])
    const shown = await messageOf(proxy, asking(behaviour, { stream, thinking: { type: 'adaptive' } }))
    expect([typesOf(shown), shown.stop_reason]).toEqual([['thinking'], 'max_tokens'])
  })

  // Reported in new-api#638 and gemini-balance#326.
  test('an empty answer is retried, and then is an error, not an empty end_turn', async () => {
    proxy.simulator.next({ empty: true }, { text: 'Here.' })
    const message = await messageOf(proxy, { ...asking({}), stream })
    expect(message.content).toMatchObject([{ type: 'text', text: 'Here.' }])
    proxy.simulator.next({ empty: true, repeat: 4 })
    const { status, json } = await send(proxy, { ...asking({}), stream })
    expect([status, json]).toMatchObject([502, { error: { type: 'api_error' } }])
  })

  // Claude Code ignores a call whose id it has seen before, and then repeats its request endlessly.
  test('the ids of calls are unique, even if those of Gemini repeat', async () => {
    const step = { toolCalls: [{ ...callOf('Paris'), id: 'call_20038' }] }
    const [first, second] = [
      callsIn(await messageOf(proxy, asking(step, { stream, tools: [WEATHER] }))),
      callsIn(await messageOf(proxy, asking(step, { stream, tools: [WEATHER] }))),
    ]
    expect([first.length, second.length]).toEqual([1, 1])
    expect(first[0]?.id).not.toBe(second[0]?.id)
  })

  // Reported in anomalyco/opencode#4832 and OmniRoute#8943.
  test('the signature of a call is not lost if the client drops the thinking or has not requested it', async () => {
    for (const more of [{ thinking: { type: 'adaptive' } }, {}]) {
      const request = asking({ toolCalls: [callOf('Paris')], thoughts: 'Hm.' }, { stream, tools: [WEATHER], ...more })
      const [called] = callsIn(await messageOf(proxy, request))
      if (called === undefined) throw new Error('there is no call')
      const messages = [...(request.messages as object[]), assistant(called), user([result(called.id, '18')])]
      await messageOf(proxy, { ...request, messages })
      expect(sentText()).toMatch(/thought_?[sS]ignature/)
      expect(sentText()).not.toContain(PLACEHOLDER)
    }
  })

  // Reported in gemini-balance#140.
  test('thoughts are never text, in any format of Gemini', async () => {
    const message = await messageOf(proxy, asking({ text: 'Yes.', thoughts: 'I think.', forceThoughts: true }, { stream }))
    expect(message.content).toMatchObject([{ type: 'text', text: 'Yes.' }])
  })

  // Reported in CLIProxyAPI#1168.
  test('parallel calls are separate blocks, each with its input', async () => {
    const cities = ['Paris', 'Rome', '北京']
    const behaviour: Behaviour = { toolCalls: cities.map(callOf), ...(isOnNative ? {} : { parallelPlacement: 'split-arguments' }) }
    const message = await messageOf(proxy, asking(behaviour, { stream, tools: [WEATHER] }))
    expect(callsIn(message).map(({ input }) => input)).toEqual(cities.map((city) => ({ city })))
  })
})

describe('in a tool result', () => {
  const CALLED = assistant({ type: 'tool_use', id: 'toolu_1', name: 'Read', input: {}, caller: { type: 'direct' } })

  // Gateways such as claude-code-router send images and PDFs in tool results as base64 text, which
  // costs a hundred times as many tokens.
  test.each([
    ['an image is sent as an image', [{ type: 'image', source: PNG }], 'iVBORw0KGgo', 'image/png'],
    [
      'a PDF is sent as a file',
      [
        { type: 'text', text: 'read' },
        { type: 'document', source: PDF },
      ],
      'JVBERi0xLjQK',
      'application/pdf',
    ],
  ])('%s, not lost or sent as text', async (_, content, data, type) => {
    const { status } = await send(proxy, ask([user('Look.'), CALLED, user([result('toolu_1', content)])]))
    expect(status).toBe(200)
    // In both of Google's APIs, the media must be a part of its own, not base64 within a text.
    const part = isOnNative
      ? new RegExp(`"inlineData":\\{"mimeType":"${type}","data":"${data}`)
      : new RegExp(`"data:${type};base64,${data}`)
    expect(sentText()).toMatch(part)
  })

  test('a failure is marked as an error', async () => {
    const failed = result('toolu_1', '<tool_use_error>No such file</tool_use_error>', { is_error: true })
    await messageOf(proxy, ask([user('Look.'), CALLED, user([failed])]))
    expect(sentText()).toMatch(/Error:.{0,60}No such file/)
  })

  test('a tool found by a search is mentioned, and declared', async () => {
    const tools = [WEATHER, { ...WEATHER, name: 'WebFetch', defer_loading: true }]
    const found = result('toolu_1', [{ type: 'tool_reference', tool_name: 'WebFetch' }])
    await messageOf(proxy, ask([user('Find.'), CALLED, user([found])], { tools }))
    expect(JSON.stringify(lastSent(proxy).messages)).toContain('WebFetch')
    const declared = lastSent(proxy).tools as readonly { readonly function: { readonly name: string } }[]
    expect(declared.map((tool) => tool.function.name)).toEqual(['get_weather', 'WebFetch'])
  })
})

describe('a request is not rejected', () => {
  // Reported in zed#44875, claude-code-router#187 and CLIProxyAPI#1243.
  test('because of the schemas of its tools', async () => {
    const properties = {
      to: { allOf: [{ type: 'string' }, { minLength: 1, maxLength: 524_288 }] },
      count: { type: 'integer', minimum: -9_007_199_254_740_991, exclusiveMinimum: 0, default: 1 },
      address: { type: 'string', format: 'uri', pattern: '^https' },
      args: { description: 'Anything.' },
      description: { type: 'string' },
      kind: { const: 'a' },
      either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      list: { type: 'array', items: { $ref: '#/$defs/item' }, maxItems: 4 },
      map: { type: 'object', propertyNames: { pattern: '^x' }, additionalProperties: { type: 'string' } },
    }
    const $defs = { item: { type: 'object', properties: { a: { type: 'string', enum: ['x', 'y'] } }, additionalProperties: false } }
    for (const $schema of ['https://json-schema.org/draft/2020-12/schema', 'http://json-schema.org/draft-07/schema#']) {
      const input_schema = { $schema, type: 'object', properties, required: ['to', 'description'], additionalProperties: false, $defs }
      const { status, text } = await send(proxy, asking({ text: 'Yes.' }, { tools: [{ name: 'SendMessage', input_schema }] }))
      expect([status, status === 200 ? '' : text]).toEqual([200, ''])
    }
    expect(sentText()).toContain('description')
  })

  // Reported in SkyrimNet#77 and free-claude-code#542.
  test('because of unknown fields, betas, tools and cache marks', async () => {
    const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } }
    const more = {
      system: [{ type: 'text', text: 'Be brief.', ...mark }],
      messages: [user([{ type: 'text', text: 'Hi', ...mark }])],
      tools: [
        { ...WEATHER, ...mark, eager_input_streaming: true, input_examples: [] },
        { type: 'bash_20250124', name: 'bash' },
      ],
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      metadata: { user_id: '{}' },
      tags: ['x'],
    }
    const answer = await send(proxy, asking({}, more), '/v1/messages?beta=true', { 'anthropic-beta': 'new-2027-01-01' })
    expect([answer.status, answer.headers['x-gemini-proxy-ignored-params']]).toEqual([
      200,
      'context_management, metadata, tags, tools[1], anthropic-beta.new-2027-01-01',
    ])
  })

  test.each(['2023-06-01', '2026-10-21', '2030-01-01'])('because of its API version, even with a temperature: %s', async (version) => {
    const { status } = await send(proxy, asking({}, { temperature: 1 }), '/v1/messages', { 'anthropic-version': version })
    expect(status).toBe(200)
  })

  test('because it accepts only JSON, although it requests a stream', async () => {
    const { headers } = await send(proxy, asking({ text: 'Yes.' }, { stream: true }), '/v1/messages', { accept: 'application/json' })
    expect(headers['content-type']).toMatch(/^text\/event-stream/)
  })

  // A conversation that began with Anthropic's models has signatures that Gemini refuses.
  test("because its conversation started with Anthropic's models", async () => {
    const begun = assistant(
      { type: 'thinking', thinking: 'Hm.', signature: 'ErUBCkYIBhgCKkA0' },
      { type: 'redacted_thinking', data: 'EmwKAhgB' },
      { type: 'text', text: 'I look.', citations: null },
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
      { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } },
    )
    const request = ask([user('Hi'), begun, user([result('toolu_1', '18'), { type: 'text', text: 'And?' }])], { tools: [WEATHER] })
    expect((await send(proxy, request)).status).toBe(200)
    expect(sentText()).toContain(PLACEHOLDER)
    expect(sentText()).not.toContain('Hm.')
    expect(lastSent(proxy).messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user'])
  })
})

// Claude Code puts a session id at the start of the system prompt. Unless it is removed, Gemini
// never finds a cached prompt.
test('two sessions of Claude Code send the same prompt prefix to Gemini', async () => {
  const bodies: string[] = []
  for (const session of ['0a1', 'f3c']) {
    const attribution = `x-anthropic-billing-header: cc_version=2.1.332.${session}; cc_entrypoint=sdk-cli;`
    const system = [
      { type: 'text', text: attribution },
      { type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } },
    ]
    await messageOf(proxy, ask([user('Hi')], { system, metadata: { user_id: session } }))
    bodies.push(sentText())
  }
  expect(bodies[0]).toBe(bodies[1])
  expect(bodies[0]).toContain('You are Claude Code.')
})

test('cached tokens are not counted twice, and thinking tokens are included', async () => {
  const usage = { placement: 'last-chunk', prompt_tokens: 1_000, cached_tokens: 800, completion_tokens: 40, total_tokens: 1_100 } as const
  const { usage: counts } = await messageOf(proxy, asking({ text: 'Yes.', usage }, { model: STRICT }))
  expect([counts.input_tokens, counts.cache_read_input_tokens]).toEqual([200, 800])
  expect(counts.output_tokens).toBeGreaterThan(counts.output_tokens_details.thinking_tokens)
  expect(counts.output_tokens_details.thinking_tokens).toBe(60)
})
