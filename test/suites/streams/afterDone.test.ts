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
  ['a line without a line end', 'garbage'],
  ['many lines', 'garbage\n\n'.repeat(1_000)],
  ['a line longer than any event', 'x'.repeat(100_000)],
  ['HTML', '<!DOCTYPE html>\n<html><title>502</title></html>\n'],
  ['NUL', '\u0000\u0000\n'],
  ['an error in JSON', ERROR],
  ['an error as an event', `data: ${ERROR.replaceAll('\n', '')}\n\n`],
  ['an event that is not JSON', 'data: {"choi\n\n'],
  ['another answer', WHOLE],
  ['another end', 'data: [DONE]\n\n'],
  ['bytes that are not UTF-8', [0xff, 0xfe, 0x0a]],
  ['a truncated character', [0xe4, 0xbd]],
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
const REQUESTS = [
  ['a chat', '/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
  ['a response', '/responses', { input: 'Hi' }],
] as const
const RIGHT = { status: 200, ends: 1, isLast: true, hasText: true, asks: 1 }

/**
 * Sends a streamed request. @returns the status, the type of the last event, whether the text
 * arrived, and the number of requests to Gemini
 */
async function endOf(path: string, body: object): Promise<unknown> {
  const { status, text, data } = await exchange(proxy, path, { model: MODEL, stream: true, ...body })
  const { type, error } = JSON.parse(data.at(-1) ?? '')
  return { status, end: type ?? typeof error, hasText: text.includes('Hello — 你好'), asks: proxy.simulator.totalRequests }
}

// On the native API only the end of the body ends a stream. Relays may add OpenAI's `[DONE]` before
// it, which the proxy must ignore.
if (isOnNative) {
  test.each([undefined, 1, 7])(
    'the end marker of an OpenAI stream is ignored after the last native event: %s bytes at a time',
    async (bytes) => {
      for (const [, path, body] of REQUESTS) {
        proxy.simulator.reset()
        proxy.simulator.next({ rawBody: raw(WHOLE, 'data: [DONE]\n\n'), ...(bytes === undefined ? {} : { bytesPerWrite: bytes }) })
        expect(await outcome(path, body)).toEqual(RIGHT)
      }
    },
  )

  describe.each(REST.filter(([name]) => !name.startsWith('another ')))('after the last event, %s', (_, rest) => {
    test.each([undefined, 1, 7])('is an error: %s bytes at a time', async (bytes) => {
      for (const [, path, body] of REQUESTS) {
        proxy.simulator.reset()
        proxy.simulator.next({ rawBody: raw(WHOLE, rest), ...(bytes === undefined ? {} : { bytesPerWrite: bytes }) })
        const end = path === '/responses' ? 'response.failed' : 'object'
        expect(await endOf(path, body)).toEqual({ status: 200, end, hasText: true, asks: 1 })
      }
    })
  })
} else
  describe.each(REST)('after [DONE], %s', (_, rest) => {
    test.each(ENDS)('in the same read is ignored: %s', async (_end, end) => {
      for (const [, path, body] of REQUESTS) {
        proxy.simulator.reset()
        proxy.simulator.next({ rawBody: raw(WHOLE, end, rest) })
        expect(await outcome(path, body)).toEqual(RIGHT)
      }
    })

    test.each(['before', 'within'])('in other reads is ignored, too, even if a character is split %s it', async (where) => {
      const [, path, body] = REQUESTS[0]
      const bytes = where === 'before' ? 1 : 7
      proxy.simulator.next({ rawBody: raw(WHOLE, 'data: [DONE]\n\n', rest), bytesPerWrite: bytes })
      expect(await outcome(path, body)).toEqual(RIGHT)
    })
  })

test('a usage and a signature before the end are part of the answer', async () => {
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

describe('before the end of a stream', () => {
  test.each([
    ['a line', `garbage\n\ndata: [DONE]\n\n`],
    ['an error in JSON', `${ERROR}\n\n${DONE}`],
    ['a line that contains [DONE]', `garbage: [DONE]\n\n`],
    ['bytes that are not UTF-8', [0xff, ...Buffer.from('\n\ndata: [DONE]\n\n')]],
    ['bytes that are not UTF-8 on the line of [DONE]', [...Buffer.from('data: [DONE]'), 0xff, ...Buffer.from('\n\n')]],
    ['bytes that are not UTF-8 after a comment with [DONE]', [...Buffer.from(': [DONE]\n\n'), 0xff, ...Buffer.from('\n\n')]],
  ] as const)('%s is an error', async (_, rest) => {
    proxy.simulator.next({ rawBody: raw(toStream(chunkOf({ content: 'Hello — 你好' })), rest), repeat: 9 })
    const { text, data } = await exchange(proxy, '/chat/completions', {
      model: MODEL,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect([data.includes('[DONE]'), text.includes('"error":{')]).toEqual([false, true])
  })

  test('[DONE] within the text is text', async () => {
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
