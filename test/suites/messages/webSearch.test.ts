import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnthropicMessage, MessageStreamEvent } from '../../../src/contract/types.js'
import { MessageBuilder } from '../../../src/messages/answer/messageAnswer.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { asking, collect, lastSent, messageOf, send, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** The web search tool, as Claude Code declares it. */
const SEARCH = { type: 'web_search_20250305', name: 'web_search', max_uses: 8 }
const TEXT = 'Wien hat 7 °C. 🌧 Es regnet.'
const SOURCE = { uri: 'https://a.example/', title: 'a' }
const FOUND: Behaviour = { text: TEXT, grounding: { queries: ['Wetter Wien', 'Regen Wien'], sources: [SOURCE] } }
const DELIVERIES = [
  ['whole', false],
  ['streamed', true],
] as const

const typesOf = ({ content }: AnthropicMessage): string[] => content.map(({ type }) => type)
const CITED = (cited_text: string) => ({
  type: 'web_search_result_location',
  url: SOURCE.uri,
  title: SOURCE.title,
  cited_text,
  encrypted_index: '',
})

describe.each(DELIVERIES)('a web search, %s,', (_way, stream) => {
  test.each(['web_search_20250305', 'web_search_20260209', 'web_search_20260318'])('uses Google Search: %s', async (type) => {
    await messageOf(proxy, asking(FOUND, { stream, tools: [{ ...SEARCH, type }] }))
    expect(proxy.simulator.requests.at(-1)?.body).toMatchObject({ tools: [{ googleSearch: {} }] })
  })

  test('has a block for each query, and the sources in the results of the first query', async () => {
    const { content, usage, stop_reason: reason } = await messageOf(proxy, asking(FOUND, { stream, tools: [SEARCH] }))
    const searches = content.filter(({ type }) => type === 'server_tool_use')
    expect(searches).toEqual(
      ['Wetter Wien', 'Regen Wien'].map((query) => ({
        type: 'server_tool_use',
        id: expect.stringMatching(/^srvtoolu_[0-9a-f]{32}$/),
        name: 'web_search',
        input: { query },
        caller: { type: 'direct' },
      })),
    )
    const results = content.filter(({ type }) => type === 'web_search_tool_result')
    const page = { type: 'web_search_result', url: SOURCE.uri, title: SOURCE.title, encrypted_content: '', page_age: null }
    expect(results).toMatchObject(
      searches.map((search, index) => ({ tool_use_id: 'id' in search ? search.id : '', content: index === 0 ? [page] : [] })),
    )
    expect([usage.server_tool_use, reason]).toEqual([{ web_search_requests: 2, web_fetch_requests: 0 }, 'end_turn'])
  })

  test('is cited in the text, passage by passage', async () => {
    const { content } = await messageOf(proxy, asking(FOUND, { stream, tools: [SEARCH] }))
    expect(content.filter(({ type }) => type === 'text')).toEqual([
      { type: 'text', text: TEXT, citations: [CITED('Wien hat 7 °C.'), CITED('🌧 Es regnet.')] },
    ])
  })

  test('has no source with an invalid URL', async () => {
    const sources = [
      { uri: ' javascript:alert(1)//', title: 'a' },
      { uri: 'https://b.example/a b', title: 'b' },
    ]
    const found = { ...FOUND, grounding: { queries: ['Wetter Wien'], sources } }
    const { content } = await messageOf(proxy, asking(found, { stream, tools: [SEARCH] }))
    expect(content.find(({ type }) => type === 'web_search_tool_result')).toMatchObject({ content: [{ url: 'https://b.example/a%20b' }] })
    expect(JSON.stringify(content)).not.toContain('javascript:')
  })

  test('without results has no citations and no blocks', async () => {
    const message = await messageOf(proxy, asking({ text: TEXT, grounding: false }, { stream, tools: [SEARCH] }))
    expect(message.content).toEqual([{ type: 'text', text: TEXT, citations: null }])
    expect(message.usage.server_tool_use).toBeNull()
  })

  test('together with thinking and a tool leaves each block complete', async () => {
    const thinking = { thinking: { type: 'adaptive' } }
    const message = await messageOf(proxy, asking({ ...FOUND, thoughts: 'I look.' }, { stream, tools: [SEARCH, WEATHER], ...thinking }))
    expect(message.content).toContainEqual({ type: 'thinking', thinking: 'I look.', signature: expect.stringMatching(/^gp1\./) })
    expect(message.content).toContainEqual(expect.objectContaining({ type: 'text', text: TEXT }))
    expect(typesOf(message).filter((type) => type === 'server_tool_use')).toHaveLength(2)
  })

  test('with the compatible API is reported as ignored, and the answer is text', async () => {
    const compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
    const { status, headers, text } = await send(compat, asking({ text: TEXT }, { stream, tools: [SEARCH], tool_choice: { type: 'auto' } }))
    const sent = lastSent(compat)
    await compat.close()
    expect([status, headers['x-gemini-proxy-ignored-params'], 'tools' in sent]).toEqual([200, 'tools[0]', false])
    expect(text).not.toMatch(/server_tool_use":\{|web_search_tool_result/)
  })
})

const PAIR = ['server_tool_use', 'web_search_tool_result']
const CALL = ['thinking', 'tool_use']
const SEARCHED = [
  { toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 's', args: { queries: ['Wetter Wien'] } }, thoughtSignature: 'Qg==' },
  { toolResponse: { toolType: 'GOOGLE_SEARCH_WEB', id: 's', response: {} }, thoughtSignature: 'Qw==' },
]
const CALLED = { functionCall: { id: 'c', name: 'get_weather', args: { city: 'Wien' } }, thoughtSignature: 'RA==' }
const HM = { text: 'Hm.' }
const GROUNDED = { groundingMetadata: { webSearchQueries: ['Wetter Wien'], groundingChunks: [{ web: SOURCE }] } }

// Gemini names the sources of a text at the end of a stream. If a call follows the search, however,
// the step may end with the call, so the proxy must send the search results before it.
test.each<[string, object[], object, string[], string[]]>([
  ['follows the search', [...SEARCHED, CALLED], {}, [...PAIR, ...CALL], [...PAIR, ...CALL]],
  ['and a text follows it', [...SEARCHED, HM, CALLED], {}, ['server_tool_use', 'text', PAIR[1] ?? '', ...CALL], [...PAIR, 'text', ...CALL]],
  ['follows text and the search', [HM, ...SEARCHED, CALLED], {}, ['text', ...PAIR, ...CALL], [...PAIR, 'text', ...CALL]],
  ['follows it, with sources at the end', [...SEARCHED, CALLED], GROUNDED, [...PAIR, ...CALL, ...PAIR], [...PAIR, ...CALL]],
  ['precedes the search', [CALLED, ...SEARCHED], {}, [...CALL, ...PAIR], [...PAIR, ...CALL]],
])('a search and its results are on the same side of a call that %s, streamed and whole', async (_, parts, candidate, streamed, whole) => {
  const events = [...parts.map((part) => ({ content: { role: 'model', parts: [part] } })), { finishReason: 'STOP', ...candidate }]
  for (const [stream, types] of [
    [true, streamed],
    [false, whole],
  ] as const) {
    proxy.simulator.reset()
    proxy.simulator.next({ nativeAnswer: events.map((each) => ({ candidates: [each] })) })
    const message = await messageOf(proxy, asking({}, { stream, tools: [SEARCH, WEATHER], thinking: { type: 'adaptive' } }))
    expect([typesOf(message), message.usage.server_tool_use]).toEqual([types, { web_search_requests: 1, web_fetch_requests: 0 }])
  }
})

test('a whole answer has the search before the text based on it', async () => {
  const message = await messageOf(proxy, asking(FOUND, { tools: [SEARCH] }))
  expect(typesOf(message)).toEqual([...Array(2).fill(['server_tool_use', 'web_search_tool_result']).flat(), 'text'])
})

test('a stream has all citations before the end of its text, although Gemini sends them last', async () => {
  const { events } = await send(proxy, asking(FOUND, { stream: true, tools: [SEARCH] }))
  const kinds = (events as MessageStreamEvent[]).map((event) => (event.type === 'content_block_delta' ? event.delta.type : event.type))
  expect(kinds.filter((kind) => kind === 'citations_delta')).toHaveLength(2)
  expect(kinds.lastIndexOf('citations_delta')).toBe(kinds.indexOf('content_block_stop') - 1)
  expect(collect(events as MessageStreamEvent[]).content.at(-1)).toMatchObject({ type: 'web_search_tool_result' })
})

test.each([
  ['gemini-2.0-flash', 'gemini-3.8-flash', undefined],
  ['gemini-3.8-flash', 'gemini-2.5-flash', 'tools[0]'],
])('a search together with a tool depends on the model that answers: for %s it is %s', async (model, answering, ignored) => {
  const own = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0', MODEL_FALLBACKS: 'gemini-3.8-flash>gemini-2.5-flash' })
  if (answering === 'gemini-2.5-flash') own.simulator.next({ error: 'unavailable' })
  const { status, headers } = await send(own, asking(FOUND, { model, tools: [{ ...SEARCH, max_uses: null }, WEATHER] }))
  await own.close()
  expect([status, headers['x-gemini-proxy-ignored-params'], lastSent(own).model]).toEqual([200, ignored, answering])
  expect(JSON.stringify(own.simulator.requests.at(-1)?.body).includes('googleSearch')).toBe(ignored === undefined)
})

test('unsupported search settings are reported as ignored', async () => {
  const tool = { ...SEARCH, allowed_domains: ['a.example'], blocked_domains: null, cache_control: { type: 'ephemeral' } }
  const { headers } = await send(proxy, asking(FOUND, { tools: [tool] }))
  expect(headers['x-gemini-proxy-ignored-params']).toBe('tools[0].max_uses, tools[0].allowed_domains')
})

test.each(DELIVERIES)('the answer is sent back with its full text: %s', async (_way, stream) => {
  const request = asking(FOUND, { stream, tools: [SEARCH] })
  const { content } = await messageOf(proxy, request)
  const messages = [...(request.messages as object[]), { role: 'assistant', content }, { role: 'user', content: 'And tomorrow?' }]
  const { status, headers } = await send(proxy, { ...request, stream: false, messages })
  expect(status).toBe(200)
  expect(
    lastSent(proxy)
      .messages.map(({ role, content: text }) => [role, text])
      .slice(1),
  ).toEqual([
    ['assistant', TEXT],
    ['user', 'And tomorrow?'],
  ])
  const ignored = content.flatMap(({ type }, index) => (type === 'text' ? [] : [`messages[1].content[${index}]`]))
  expect(String(headers['x-gemini-proxy-ignored-params']).split(', ').toSorted()).toEqual(['tools[0].max_uses', ...ignored].toSorted())
})

test('a compaction summary of Anthropic is sent to the model', async () => {
  const messages = [
    { role: 'assistant', content: [{ type: 'compaction', content: 'Earlier: the user asked about Vienna.' }] },
    { role: 'user', content: 'Go on.' },
  ]
  await messageOf(proxy, asking({}, { messages }))
  expect(JSON.stringify(lastSent(proxy).messages)).toContain('Earlier: the user asked about Vienna.')
})

test('sources that arrive after the results of all searches have a separate result block', () => {
  const answer = new MessageBuilder(
    { hasThinkingBlocks: false, hasThinkingText: false, seal: () => '' },
    { model: 'gemini-3.5-flash', calls: new Map() },
    { id: 'msg_1', model: 'x' },
  )
  const found = (uri: string) => ({ grounding_metadata: { groundingChunks: [{ web: { uri, title: '' } }] } })
  answer.add({ extra_content: { google: { web_search_queries: ['Wetter Wien'], ...found('https://a.example/') } } })
  answer.add({ content: TEXT })
  answer.add({ extra_content: { google: found('https://b.example/') } })
  answer.finish('stop', undefined)
  const { content, usage } = answer.message()
  expect(content.map(({ type }) => type)).toEqual([
    ...['server_tool_use', 'web_search_tool_result', 'text'],
    ...['server_tool_use', 'web_search_tool_result'],
  ])
  const urls = content.flatMap((block) => (block.type === 'web_search_tool_result' ? block.content.map(({ url }) => url) : []))
  expect(urls).toEqual(['https://a.example/', 'https://b.example/'])
  expect(usage.server_tool_use).toMatchObject({ web_search_requests: 1 })
})
