import { describe, expect, test } from 'vitest'
import type { EventFormat } from '../../../src/contract/eventFormat.js'
import type { ChatCompletionChunk, ChunkDelta } from '../../../src/contract/types.js'
import { CHAT_FORMAT, DONE } from '../../../src/sse/chatFormat.js'
import { HEARTBEAT, toSseEvent, toStreamResult } from '../../../src/sse/encode.js'
import { EventSplitter } from '../../../src/sse/parse.js'

const ANY_FORMAT: EventFormat = { ...CHAT_FORMAT, newSerialiser: () => ({ toData: JSON.stringify }) }
const VALUES = [{}, { a: null }, 'line\nline\r\n\r', 'data: [DONE]\n\n', '世界 😀 \u2028\u2029\u0000', [1, [2]], '\ud800', 0]

const toEvents = (values: readonly unknown[]): string =>
  toStreamResult((async function* () {})() as AsyncGenerator<never>, ANY_FORMAT).frame(values as never[])

const chunk = (delta: ChunkDelta, more: Partial<ChatCompletionChunk> = {}): ChatCompletionChunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'a "model"',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  ...more,
})

describe('encode', () => {
  test.each(VALUES)('%j is one event on one line', (value) => {
    expect(toSseEvent(JSON.stringify(value))).toMatch(/^data: [^\n\r]*\n\n$/)
  })

  test('every value can be read back unchanged', () => {
    const read = new EventSplitter(10_000).push(new TextEncoder().encode(toEvents(VALUES)))
    expect(read.map((data) => JSON.parse(data))).toEqual(VALUES)
  })

  test.each([[[]], [[1]], [[1, 2, 3]]])('several events have the same text as single ones: %j', (values) => {
    expect(toEvents(values)).toBe(values.map((value) => toSseEvent(JSON.stringify(value))).join(''))
  })

  test.each([
    ['usage', { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }],
    ['no usage yet', { usage: null }],
    ['no choices', { choices: [] }],
    ['nothing else', {}],
  ])('the chunks of a stream are serialised like JSON.stringify: with %s', (_, more) => {
    const serialiser = CHAT_FORMAT.newSerialiser()
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } } as const
    const chunks = [{ content: '世界 "\n\u2028\ud800' }, { tool_calls: [call] }, {}].map((delta) => chunk(delta, more))
    expect(chunks.map((each) => serialiser.toData(each))).toEqual(chunks.map((each) => JSON.stringify(each)))
  })

  test('a chunk has the service tier that Gemini reported last', () => {
    const serialiser = CHAT_FORMAT.newSerialiser()
    const tiers = [undefined, 'priority', 'default', 'default'] as const
    const data = tiers.map((tier) => serialiser.toData(chunk({ content: 'Hi' }, tier === undefined ? {} : { service_tier: tier })))
    expect(data.map((each) => JSON.parse(each).service_tier)).toEqual(tiers)
  })

  test('the end marker is an event, the heartbeat is not', () => {
    const splitter = new EventSplitter(1_000)
    expect(splitter.push(new TextEncoder().encode(HEARTBEAT + toSseEvent(DONE) + HEARTBEAT))).toEqual(['[DONE]'])
    expect(splitter.strayLines()).toBe('')
  })
})
