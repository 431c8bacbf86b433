import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { MessageBuilder } from '../../../src/messages/answer/messageAnswer.js'
import { startReading } from '../../support/calls.js'
import { FC_CREDENTIALS } from '../../support/canaries.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { PLACEHOLDER, signaturesIn } from '../signatures/agent.js'
import { asking, callOf, collect, messageOf, WEATHER } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const THINKING = { thinking: { type: 'adaptive', display: 'updates' } }
const DELIVERIES = [
  ['whole', false],
  ['streamed', true],
] as const

describe.each(DELIVERIES)('an answer that is %s', (_way, stream) => {
  test('of text is a message with one text block', async () => {
    const message = await messageOf(proxy, asking({ text: 'It is fine.' }, { stream }))
    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
      model: 'gemini-3.5-flash',
      content: [{ type: 'text', text: 'It is fine.', citations: null }],
      stop_reason: 'end_turn',
    })
  })

  test('has a note instead of an image, which this API cannot return', async () => {
    const images = await startProxy({ GEMINI_UPSTREAM: 'native' })
    const message = await messageOf(images, asking({ text: 'Here.', images: 2 }, { stream, model: 'gemini-3.1-flash-image' }))
    await images.close()
    const note = '[An image, which this API cannot return. Use POST /v1/chat/completions, /v1/responses or /v1/images/generations.]'
    expect(message.content).toMatchObject([{ type: 'text', text: `Here.\n\n${note}\n\n${note}` }])
  })

  test('of several calls has them in order, each with a unique id', async () => {
    const cities = ['Paris', 'Rome', 'Oslo']
    const message = await messageOf(proxy, asking({ toolCalls: cities.map(callOf) }, { stream, tools: [WEATHER] }))
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toEqual(
      cities.map((city) => ({
        type: 'tool_use',
        id: expect.stringMatching(/^[\w-]{1,64}$/),
        name: 'get_weather',
        input: { city },
        caller: { type: 'direct' },
      })),
    )
    expect(new Set(message.content.map((block) => ('id' in block ? block.id : ''))).size).toBe(3)
  })

  test('has no thinking unless requested', async () => {
    const behaviour = { text: 'Yes.', thoughts: 'I think so.' }
    const silent = await messageOf(proxy, asking(behaviour, { stream }))
    expect(silent.content.map(({ type }) => type)).toEqual(['text'])
    const thinking = await messageOf(proxy, asking(behaviour, { stream, ...THINKING }))
    expect(thinking.content).toMatchObject([
      { type: 'thinking', thinking: 'I think so.', signature: expect.stringMatching(/^gp1\./) },
      { type: 'text' },
    ])
    const omitted = await messageOf(proxy, asking(behaviour, { stream, thinking: { type: 'adaptive', display: 'omitted' } }))
    expect(JSON.stringify(omitted.content)).not.toContain('I think so.')
  })

  test('with thinking and a call returns the signature to Gemini in the next request', async () => {
    const request = asking({ toolCalls: [callOf('Paris')], thoughts: 'I should look.' }, { stream, tools: [WEATHER], ...THINKING })
    const first = await messageOf(proxy, request)
    expect(first.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use'])
    const [, call] = first.content
    if (call?.type !== 'tool_use') throw new Error('there is no call')
    const result = { type: 'tool_result', tool_use_id: call.id, content: '18 degrees' }
    // Claude Code adds default values to the input of a call before it sends the call back.
    const content = first.content.map((block) => (block.type === 'tool_use' ? { ...block, input: { unit: 'C', ...block.input } } : block))
    const messages = [...(request.messages as object[]), { role: 'assistant', content }, { role: 'user', content: [result] }]
    // Another instance has stored nothing about the call: it must find the signature in the block.
    const other = await startProxy()
    await messageOf(other, { ...request, messages, stream: false })
    await other.close()
    const [signature, ...more] = signaturesIn(other)
    expect([signature, more]).toEqual([expect.stringMatching(/^.+$/), []])
    expect(signature).not.toBe(PLACEHOLDER)
  })

  test.each([
    [isOnNative ? 'MAX_TOKENS' : 'length', 'max_tokens', null],
    [isOnNative ? 'SAFETY' : 'content_filter: SAFETY', 'refusal', { type: 'refusal', category: null, explanation: null }],
  ])('with the finish reason %s has the stop reason %s', async (finish, stopReason, details) => {
    expect(await messageOf(proxy, asking({ text: 'Half', finish }, { stream }))).toMatchObject({
      stop_reason: stopReason,
      stop_details: details,
    })
  })

  test('counts cached tokens separately, and thinking as output', async () => {
    const usage = { placement: 'last-chunk', prompt_tokens: 1_000, cached_tokens: 800, completion_tokens: 40, total_tokens: 1_100 } as const
    const { usage: counts } = await messageOf(proxy, asking({ text: 'Yes.', usage }, { stream }))
    expect(counts).toMatchObject({
      input_tokens: 200,
      cache_read_input_tokens: 800,
      cache_creation_input_tokens: 0,
      output_tokens: 100,
      server_tool_use: null,
    })
  })
})

describe('the blocks of a stream', () => {
  const answer = (): MessageBuilder =>
    new MessageBuilder(
      { hasThinkingBlocks: true, hasThinkingText: true, seal: () => 'sealed' },
      { model: 'gemini-3.5-flash', calls: new Map([['b', { upstreamId: undefined, name: 'two', signature: 'sig', model: 'm' }]]) },
      { id: 'msg_1', model: 'x' },
    )

  test('are one after the other, even if the arguments of calls are interleaved', () => {
    const mixed = answer()
    mixed.begin()
    mixed.add({ reasoning_content: 'Hm.' })
    mixed.add({ content: 'I look.' })
    mixed.add({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '{"x":' } }] })
    mixed.add({ tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'two', arguments: '{' } }] })
    mixed.add({ tool_calls: [{ index: 1, function: { arguments: '}' } }] })
    mixed.add({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] })
    mixed.finish('tool_calls', undefined)
    const message = collect(mixed.take())
    expect(message.content).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: 'sealed' },
      { type: 'text', text: 'I look.', citations: null },
      { type: 'tool_use', id: 'a', name: 'one', input: { x: 1 }, caller: { type: 'direct' } },
      { type: 'thinking', thinking: '', signature: 'sealed' },
      { type: 'tool_use', id: 'b', name: 'two', input: {}, caller: { type: 'direct' } },
    ])
    expect(message).toEqual(mixed.message())
  })

  test('have the whole input of a call, even if text arrives between its fragments', () => {
    const mixed = answer()
    mixed.begin()
    mixed.add({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '{"x":' } }] })
    mixed.add({ content: 'I ' })
    mixed.add({ content: 'look', tool_calls: [{ index: 0, function: { arguments: '1' } }] })
    mixed.add({ content: '.', tool_calls: [{ index: 0, function: { arguments: '}' } }] })
    mixed.finish('tool_calls', undefined)
    expect(collect(mixed.take()).content).toMatchObject([{ input: { x: 1 } }, { text: 'I look.' }])
  })

  test('do not parse the input for each of its fragments', () => {
    const long = answer()
    long.begin()
    long.add({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '{"x":"' } }] })
    const parse = vi.spyOn(JSON, 'parse')
    for (let index = 0; index < 1_000; index += 1) long.add({ tool_calls: [{ index: 0, function: { arguments: '}' } }] })
    long.add({ tool_calls: [{ index: 0, function: { arguments: '"}' } }] })
    long.finish('tool_calls', undefined)
    const { length: parses } = parse.mock.calls
    parse.mockRestore()
    expect(parses).toBeLessThan(5)
    expect(collect(long.take()).content).toEqual([expect.objectContaining({ input: { x: '}'.repeat(1_000) } })])
  })

  test('cite the right passage, even after an image', () => {
    const painted = answer()
    painted.begin()
    painted.add({ content: 'Here.' })
    painted.add({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] })
    painted.add({ content: ' It is high.' })
    const cited = { url: 'https://a.example/', title: 'a', start_index: 6, end_index: 17 }
    painted.add({ annotations: [{ type: 'url_citation', url_citation: cited }] })
    painted.finish('stop', undefined)
    const message = collect(painted.take())
    expect(message.content[0]).toMatchObject({
      text: expect.stringMatching(/^Here\..* It is high\.$/s),
      citations: [{ cited_text: 'It is high.' }],
    })
    expect(message).toEqual(painted.message())
  })

  test('are one after the other, even if a thought and a call follow a search', () => {
    const searched = answer()
    searched.begin()
    searched.add({ extra_content: { google: { web_search_queries: ['weather'] } } })
    searched.add({ reasoning_content: 'Hm.' })
    searched.add({ tool_calls: [{ index: 0, id: 'b', type: 'function', function: { name: 'two', arguments: '{"x":1}' } }] })
    searched.finish('tool_calls', undefined)
    const message = collect(searched.take())
    expect(message.content).toMatchObject([
      { type: 'server_tool_use', input: { query: 'weather' } },
      { type: 'web_search_tool_result', content: [] },
      { type: 'thinking', thinking: 'Hm.', signature: 'sealed' },
      { type: 'tool_use', input: { x: 1 } },
    ])
    expect(message).toEqual(searched.message())
  })
})

test('a silent stream sends ping events', async () => {
  const slow = await startProxy({ HEARTBEAT_INTERVAL_MS: '20', FIRST_EVENT_PATIENCE_MS: '1' })
  const body = JSON.stringify(asking({ text: 'Late.', hold: 'before-headers' }, { stream: true }))
  const headers = { ...FC_CREDENTIALS, 'content-type': 'application/json', 'x-api-key': TOKEN }
  const answer = await startReading(fetch(`${slow.baseUrl}/messages`, { method: 'POST', headers, body }))
  await answer.until(/^event: ping\ndata: \{"type": ?"ping"\}\n\n/m)
  slow.simulator.release()
  const text = await answer.whole()
  await slow.close()
  expect(text).not.toMatch(/^:/m)
  expect(text).toMatch(/\n\nevent: message_stop\ndata: \{"type":"message_stop"\}\n\n$/)
})
