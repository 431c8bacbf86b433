import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { DONE } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { chunkOf, exchange, toStream } from './rawEvents.js'

const MODEL = 'gemini-2.5-flash'
const WHOLE = toStream(chunkOf({ content: 'Hello — 你好' }, 'stop'))

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off', MAX_EVENT_BYTES: '65536' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const raw = (...pieces: readonly (string | readonly number[])[]): NonNullable<Behaviour['rawBody']> => ({
  base64: Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))).toString('base64'),
})

const ERROR = JSON.stringify([{ error: { code: 503, status: 'UNAVAILABLE', message: 'Busy.' } }], null, 2)
const REST: readonly (readonly [name: string, rest: string | readonly number[]])[] = [
  ['a line', 'garbage\n'],
  ['a line without its end', 'garbage'],
  ['many lines', 'garbage\n\n'.repeat(1_000)],
  ['a line longer than any event', 'x'.repeat(100_000)],
  ['HTML', '<!DOCTYPE html>\n<html><title>502</title></html>\n'],
  ['NUL', '\u0000\u0000\n'],
  ['an error in JSON', ERROR],
  ['an error as an event', `data: ${ERROR.replaceAll('\n', '')}\n\n`],
  ['an event that is no JSON', 'data: {"choi\n\n'],
  ['another answer', WHOLE],
  ['another end', 'data: [DONE]\n\n'],
  ['bytes that are not UTF-8', [0xff, 0xfe, 0x0a]],
  ['a character that breaks off', [0xe4, 0xbd]],
  ['a compressed page', [0x1f, 0x8b, 0x08, 0x00, 0x0a, 0x00]],
]
const ENDS: readonly (readonly [name: string, end: string])[] = [
  ['[DONE]', 'data: [DONE]\n\n'],
  ['[DONE] without a blank line', 'data: [DONE]\n'],
  ['[DONE] with CRLF', 'data:[DONE]\r\n\r\n'],
]

async function outcome(path: string, body: object): Promise<unknown> {
  const { status, text, data } = await exchange(proxy, path, { model: MODEL, stream: true, ...body })
  const ends = data.filter((each) => each === '[DONE]' || /^\{"type":"response\.(completed|incomplete|failed)"/.test(each))
  return {
    status,
    ends: ends.length,
    isLast: data.at(-1) === ends[0],
    hasText: text.includes('Hello — 你好'),
    asks: proxy.simulator.totalRequests,
  }
}
const WAYS = [
  ['a chat', '/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
  ['a response', '/responses', { input: 'Hi' }],
] as const
const RIGHT = { status: 200, ends: 1, isLast: true, hasText: true, asks: 1 }

/** How a stream has ended, by the last thing that its client reads. */
async function endOf(path: string, body: object): Promise<unknown> {
  const { status, text, data } = await exchange(proxy, path, { model: MODEL, stream: true, ...body })
  const { type, error } = JSON.parse(data.at(-1) ?? '')
  return { status, end: type ?? typeof error, hasText: text.includes('Hello — 你好'), asks: proxy.simulator.totalRequests }
}

// With the native API only the end of the body ends a stream. Relays may add OpenAI's end to it.
if (isOnNative) {
  test.each([undefined, 1, 7])('after the last event, the end of an OpenAI stream is ignored: %s bytes at a time', async (bytes) => {
    for (const [, path, body] of WAYS) {
      proxy.simulator.reset()
      proxy.simulator.next({ rawBody: raw(WHOLE, 'data: [DONE]\n\n'), ...(bytes === undefined ? {} : { bytesPerWrite: bytes }) })
      expect(await outcome(path, body)).toEqual(RIGHT)
    }
  })

  describe.each(REST.filter(([name]) => !name.startsWith('another ')))('after the last event, %s', (_, rest) => {
    test.each([undefined, 1, 7])('is a failure: %s bytes at a time', async (bytes) => {
      for (const [, path, body] of WAYS) {
        proxy.simulator.reset()
        proxy.simulator.next({ rawBody: raw(WHOLE, rest), ...(bytes === undefined ? {} : { bytesPerWrite: bytes }) })
        const end = path === '/responses' ? 'response.failed' : 'object'
        expect(await endOf(path, body)).toEqual({ status: 200, end, hasText: true, asks: 1 })
      }
    })
  })
} else
  describe.each(REST)('after the end, %s', (_, rest) => {
    test.each(ENDS)('in the same read is ignored: %s', async (_end, end) => {
      for (const [, path, body] of WAYS) {
        proxy.simulator.reset()
        proxy.simulator.next({ rawBody: raw(WHOLE, end, rest) })
        expect(await outcome(path, body)).toEqual(RIGHT)
      }
    })

    test.each(['before', 'within'])('is ignored as well in other reads, and where a character was cut %s', async (where) => {
      const [, path, body] = WAYS[0]
      const bytes = where === 'before' ? 1 : 7
      proxy.simulator.next({ rawBody: raw(WHOLE, 'data: [DONE]\n\n', rest), bytesPerWrite: bytes })
      expect(await outcome(path, body)).toEqual(RIGHT)
    })
  })

test('with a usage and a signature before it, the answer has both', async () => {
  const events = toStream(
    chunkOf({ content: 'Hello — 你好' }),
    chunkOf({ extra_content: { google: { thought_signature: 'U0lH' } } }, 'stop', {
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    }),
  )
  proxy.simulator.next({ rawBody: isOnNative ? events : raw(events, 'data: [DONE]\n\ngarbage', [0xff]) })
  const { data } = await exchange(proxy, '/chat/completions', {
    model: MODEL,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Hi' }],
  })
  expect(data.slice(-3).map((each) => [each.includes('"total_tokens":3'), each.includes('U0lH'), each.includes('"stop"'), each])).toEqual([
    [false, false, true, expect.any(String)],
    [true, false, false, expect.any(String)],
    [false, false, false, '[DONE]'],
  ])
  expect(data.some((each) => each.includes('U0lH'))).toBe(true)
})

describe('before the end', () => {
  test.each([
    ['a line', `garbage\n\ndata: [DONE]\n\n`],
    ['an error in JSON', `${ERROR}\n\n${DONE}`],
    ['a line with the mark of the end in it', `garbage: [DONE]\n\n`],
    ['bytes that are not UTF-8', [0xff, ...Buffer.from('\n\ndata: [DONE]\n\n')]],
    ['bytes that are not UTF-8 on the line of the end', [...Buffer.from('data: [DONE]'), 0xff, ...Buffer.from('\n\n')]],
    ['bytes that are not UTF-8 after a line with the mark', [...Buffer.from(': [DONE]\n\n'), 0xff, ...Buffer.from('\n\n')]],
  ] as const)('%s is a failure', async (_, rest) => {
    proxy.simulator.next({ rawBody: raw(toStream(chunkOf({ content: 'Hello — 你好' })), rest), repeat: 9 })
    const { text, data } = await exchange(proxy, '/chat/completions', {
      model: MODEL,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect([data.includes('[DONE]'), text.includes('"error":{')]).toEqual([false, true])
  })

  test('a text that speaks of the end is a text', async () => {
    proxy.simulator.next({
      rawBody: raw(toStream(chunkOf({ content: 'Hello — 你好 data: [DONE]\n\n[DONE]\r' }), chunkOf({ content: '!' }, 'stop'), '[DONE]')),
    })
    const { data } = await exchange(proxy, '/chat/completions', { model: MODEL, stream: true, messages: [{ role: 'user', content: 'Hi' }] })
    expect(
      data
        .slice(0, -1)
        .map((each) => JSON.parse(each).choices[0].delta.content ?? '')
        .join(''),
    ).toBe('Hello — 你好 data: [DONE]\n\n[DONE]\r!')
  })
})
