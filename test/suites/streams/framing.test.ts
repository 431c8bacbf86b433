import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type EventStream, PLAIN, stream } from '../../support/calls.js'
import { toEvent } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'

const TEXT: Behaviour = { deltas: ['Hello ', '你好，世界', ' 😀👩‍👩‍👧 ', 'data: [DONE]\n\n', 'end'] }
const TOOLS: Behaviour = {
  toolCalls: [
    { name: 'get_weather', arguments: { city: '北京' } },
    { name: 'get_weather', arguments: { city: 'Hangzhou' } },
  ],
  parallelPlacement: 'split-arguments',
}
const ASKED = { tools: [{ type: 'function', function: { name: 'get_weather' } }], stream_options: { include_usage: true } }

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/**
 * Returns the content of a stream without ids, signatures and counts, which differ between streams
 * of the same answer.
 */
const comparable = ({ chunks, dones, errors }: EventStream): unknown => ({
  dones,
  errors,
  chunks: chunks.map(({ choices, usage, object, model }) => ({
    object,
    model,
    choices: choices.map((choice) => ({
      ...choice,
      delta: {
        ...choice.delta,
        tool_calls: choice.delta.tool_calls?.map((call) => ({ ...call, id: typeof call.id, extra_content: typeof call.extra_content })),
      },
    })),
    usage: usage && typeof usage.total_tokens,
  })),
})

const FRAMINGS: readonly (readonly [string, Behaviour])[] = [
  ['CRLF', { eol: 'crlf' }],
  ['CR', { eol: 'cr' }],
  ['one byte at a time', { bytesPerWrite: 1 }],
  ['one byte at a time with CRLF', { bytesPerWrite: 1, eol: 'crlf' }],
  ['one byte at a time with CR', { bytesPerWrite: 1, eol: 'cr' }],
  ['three bytes at a time', { bytesPerWrite: 3 }],
  ['no newline at the end', { noFinalNewline: true }],
  ['no newline at the end with CRLF', { noFinalNewline: true, eol: 'crlf' }],
  ['one newline at the end', { finalNewlines: 1 }],
  ['no [DONE]', { omitDone: true }],
  ['comments before it', { comment: ['ping', 'data: {"error":{}}'] }],
  ['comments with CR', { comment: 'ping', eol: 'cr' }],
]

describe('a stream of Gemini with other line ends or chunk boundaries', () => {
  test.each(FRAMINGS)('has the same content: %s', async (_, framing) => {
    for (const behaviour of [TEXT, TOOLS]) {
      const more = behaviour === TOOLS ? ASKED : {}
      const plain = await stream(proxy, behaviour, more)
      expect(plain).toMatchObject({ dones: 1, errors: [] })
      expect(comparable(await stream(proxy, { ...behaviour, ...framing }, more))).toEqual(comparable(plain))
    }
  })

  test('has the same content with a byte order mark, other SSE fields and multi-line data', async () => {
    const rawBody = isOnNative
      ? '\ufeffid: 1\nevent: message\nretry: 10\ndata: {"candidates":[{"index":0,\ndata: "content":{"parts":[{"text":"a"}]}}]}\n\ndata:{"candidates":[{"index":0,"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}\n\ndata\n\n'
      : '\ufeffid: 1\nevent: message\nretry: 10\ndata: {"choices":[{"index":0,\ndata: "delta":{"content":"a"}}]}\n\ndata:{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}\n\ndata\n\ndata: [DONE]\n\n'
    const { content, dones } = await stream(proxy, { rawBody: rawBody.replace('data\n\n', '') })
    expect([content, dones]).toEqual(['ab', 1])
  })

  const EVENT = toEvent({ choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }] })
  // On the native API, an answer with code execution has several finish reasons, so the proxy must
  // read on after the first.
  if (isOnNative)
    test('is read further after a finish reason', async () => {
      const { content, dones, errors, chunks } = await stream(proxy, { rawBody: `${EVENT}${EVENT}` })
      const finishes = chunks.flatMap(({ choices: [choice] }) => choice?.finish_reason ?? [])
      expect({ content, dones, errors, finishes }).toEqual({ content: 'aa', dones: 1, errors: [], finishes: ['stop'] })
    })
  else
    test('is not read further after [DONE]', async () => {
      const { content, dones, errors } = await stream(proxy, { rawBody: `${EVENT}data: [DONE]\n\n${EVENT}` })
      expect({ content, dones, errors }).toEqual({ content: 'a', dones: 1, errors: [] })
    })
})
