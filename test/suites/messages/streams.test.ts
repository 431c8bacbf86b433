import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnthropicMessage, MessageStreamEvent } from '../../../src/contract/types.js'
import { DONE, onWire } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { answering, chunkOf, thoughtsOf, toStream } from '../streams/rawEvents.js'
import { collect, type Json, messageOf, STRICT, send } from './asking.js'

// Tests what the suites shared by all APIs leave out, because its form differs between the APIs:
// thoughts, token counts and empty events.
let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ MAX_RETRIES: '0' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const ASKED: Json = { model: STRICT, max_tokens: 1_024, stream: true, messages: [{ role: 'user', content: 'Hi' }] }
const SHOWN = { thinking: { type: 'adaptive', display: 'summarized' } }
const GOOD = answering(chunkOf({ content: 'Hello' }), chunkOf({ content: ' you' }, 'stop'))
const textsOf = ({ content }: AnthropicMessage): unknown[] =>
  content.map((block) => (block.type === 'thinking' ? `(${block.thinking})` : block.type === 'text' ? block.text : block.type))
const asks = (): number => proxy.simulator.totalRequests
const errorIn = (events: readonly unknown[]): unknown => (events.at(-1) as { error?: { details?: { error_code?: string } } }).error?.details

describe.each([
  ['an invalid call', [chunkOf({}, 'function_call_filter: MALFORMED_FUNCTION_CALL')]],
  ['`stop` and nothing', [chunkOf({}, 'stop')]],
  ['`stop` and an empty text', [chunkOf({ content: '' }, 'stop')]],
])('thoughts followed by %s', (_, ending) => {
  const bad = answering(...thoughtsOf('Hm', ' so'), ...ending)

  test.each([
    ['shows', SHOWN, ['(Hm so)', 'Hello you']],
    ['hides', {}, ['Hello you']],
    ['omits', { thinking: { type: 'adaptive', display: 'omitted' } }, ['Hello you']],
  ])('are retried within one message that %s them', async (_how, more, texts) => {
    proxy.simulator.next(bad, GOOD)
    const message = await messageOf(proxy, { ...ASKED, ...more })
    expect([textsOf(message), message.stop_reason, asks()]).toEqual([texts, 'end_turn', 2])
  })

  test('twice are one error, without an end', async () => {
    proxy.simulator.next({ ...bad, repeat: 4 })
    const { events } = await send(proxy, { ...ASKED, ...SHOWN })
    expect(errorIn(events)).toMatchObject({ error_code: expect.stringMatching(/^(malformed_function_call|upstream_error)$/) })
    expect([JSON.stringify(events).includes('message_stop'), asks()]).toEqual([false, 2])
  })
})

test('thoughts alone are a complete answer if Gemini gives a finish reason', async () => {
  proxy.simulator.next(answering(...thoughtsOf('Hm'), chunkOf({}, 'length')))
  const message = await messageOf(proxy, { ...ASKED, ...SHOWN })
  expect([textsOf(message), message.stop_reason]).toEqual([['(Hm)'], 'max_tokens'])
})

describe('an event without data from Gemini', () => {
  const first = toStream(chunkOf({ content: 'Hel' }))
  const last = toStream(chunkOf({ content: 'lo' }, 'stop'))
  test.each(['data:\n\n', 'data\n\n', 'event: ping\ndata:\n\n', 'data: \r\r'])('is not an event: %j', async (empty) => {
    proxy.simulator.next({ rawBody: `${empty}${first}${empty}${last}${empty}${DONE}` })
    expect([textsOf(await messageOf(proxy, ASKED)), asks()]).toEqual([['Hello'], 1])
  })
})

describe('the token counts of an answer', () => {
  const usage = (prompt: number, completion: number, cached: number): object => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  })

  test.each([false, true])('are 0 if Gemini sends none, streamed: %s', async (stream) => {
    const whole = { rawBody: JSON.stringify(onWire({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] })) }
    proxy.simulator.next(stream ? answering(chunkOf({ content: 'a' }, 'stop')) : whole)
    const { usage: counts } = await messageOf(proxy, { ...ASKED, stream })
    expect(counts).toMatchObject({ input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 })
  })

  test('are 0 in the first event, and final in the last', async () => {
    proxy.simulator.next(
      answering(chunkOf({ content: 'a' }, undefined, { usage: usage(100, 1, 80) }), chunkOf({}, 'stop', { usage: usage(100, 7, 80) })),
    )
    const events = (await send(proxy, ASKED)).events as MessageStreamEvent[]
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 } } })
    expect(collect(events).usage).toMatchObject({ input_tokens: 20, cache_read_input_tokens: 80, output_tokens: 7 })
    expect(events.filter(({ type }) => type === 'message_delta')).toHaveLength(1)
  })

  test('are those of the successful attempt', async () => {
    proxy.simulator.next(
      answering(chunkOf({}, 'stop', { usage: usage(100, 900, 80) })),
      answering(chunkOf({ content: 'a' }, 'stop', { usage: usage(100, 3, 0) })),
    )
    expect((await messageOf(proxy, ASKED)).usage).toMatchObject({ input_tokens: 100, cache_read_input_tokens: 0, output_tokens: 3 })
    expect(asks()).toBe(2)
  })
})

test('bytes after the last event are not another answer', async () => {
  const whole = toStream(chunkOf({ content: 'Hello' }, 'stop'))
  proxy.simulator.next({ rawBody: `${whole}${DONE}garbage\n\n` })
  const { events } = await send(proxy, ASKED)
  // A stream of the native API ends only with its body, so that later bytes make it invalid.
  if (isOnNative) expect(errorIn(events)).toMatchObject({ error_code: 'upstream_error' })
  else expect(textsOf(collect(events as MessageStreamEvent[]))).toEqual(['Hello'])
})
