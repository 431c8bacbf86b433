import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { dataOf } from '../../support/streamRules.js'
import {
  errorOf,
  expectWave,
  HEADER,
  OLD_TTS,
  post,
  postAndRead,
  SAMPLES_PER_CHARACTER,
  simulate,
  speak,
  startNative,
  TTS,
} from './asking.js'

const TEXT = 'The trains leave on time, in summer and in winter.'
const FOR_EVER = 60_000

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startNative({ HEARTBEAT_INTERVAL_MS: '1000' })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

interface SpeechEvent {
  readonly type?: string
  readonly audio?: string
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number; readonly total_tokens: number }
  readonly error?: { readonly code: string; readonly message: string }
}

const request = (input: string, more: object = {}) => ({ model: TTS, voice: 'Kore', input, response_format: 'pcm', ...more })
const eventsOf = (bytes: Buffer): SpeechEvent[] => dataOf(bytes.toString()).map((data) => JSON.parse(data) as SpeechEvent)
const audioOf = (events: readonly SpeechEvent[]): Buffer[] =>
  events.flatMap(({ audio }) => (audio === undefined ? [] : Buffer.from(audio, 'base64')))

describe('speech as pcm', () => {
  test('sends its first bytes before Gemini has sent the last ones', async () => {
    proxy.simulator.next({ chunks: 4, hold: { afterChunks: 1 } })
    const response = await post(proxy, '/audio/speech', request(TEXT))
    expect([response.status, response.headers.get('content-type'), response.headers.get('content-length')]).toEqual([
      200,
      'audio/pcm;rate=24000',
      null,
    ])
    const reader = response.body?.getReader()
    const first = (await reader?.read())?.value ?? new Uint8Array()
    expect(proxy.simulator.finishedRequests).toBe(0)
    expect(first.length).toBeGreaterThan(0)
    expect(first.length).toBeLessThan(TEXT.length * SAMPLES_PER_CHARACTER)
    expect(first.length % 2).toBe(0)
    proxy.simulator.release()
    const pieces = [Buffer.from(first)]
    for (let item = await reader?.read(); item?.done === false; item = await reader?.read()) pieces.push(Buffer.from(item.value))
    const whole = await speak(proxy, TEXT)
    expect(Buffer.concat(pieces).equals(whole.bytes.subarray(HEADER))).toBe(true)
  })

  test.each([1, 2, 3, 7, 50])('is whole if Gemini splits it into %i pieces, in the middle of samples', async (chunks) => {
    proxy.simulator.next({ chunks })
    const { bytes } = await postAndRead(proxy, '/audio/speech', request(TEXT))
    const whole = await speak(proxy, TEXT)
    expect(bytes.equals(whole.bytes.subarray(HEADER))).toBe(true)
  })

  test.each([
    ['an error in the middle', { chunks: 4, errorMidStream: { name: 'internal', afterChunks: 2 } }, 'upstream_error'],
    ['a broken connection', { chunks: 4, fault: { kind: 'cut', when: { afterChunks: 2 } } }, 'upstream_error'],
    ['speech that Gemini ends early', { chunks: 3, finish: 'OTHER' }, 'upstream_error'],
    ['speech that reaches the output limit of the model', { chunks: 3, finish: 'MAX_TOKENS' }, 'invalid_value'],
  ] as const)('does not look complete after %s', async (_, behaviour, errorCode) => {
    proxy.simulator.next(behaviour)
    const response = await post(proxy, '/audio/speech', request(TEXT))
    expect(response.status).toBe(200)
    await expect(response.arrayBuffer()).rejects.toThrow()
    await eventually(() => expect(proxy.logs.find((each) => each.operation === 'createSpeech')).toMatchObject({ errorCode }))
  })

  test('fails before the first byte with an HTTP error status', async () => {
    proxy.simulator.next({ error: 'quota-minute' })
    expect(errorOf(await postAndRead(proxy, '/audio/speech', request(TEXT)))).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })

  test('ends the upstream call at once if the client disconnects', async () => {
    const controller = new AbortController()
    proxy.simulator.next({ chunks: 4, fault: { kind: 'stall', when: { afterChunks: 2 } } })
    const response = await post(proxy, '/audio/speech', request(TEXT), { signal: controller.signal })
    await response.body?.getReader().read()
    controller.abort()
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
  })

  test('ends the upstream call if the client disconnects before a whole answer', async () => {
    const controller = new AbortController()
    proxy.simulator.next({ firstChunkDelayMs: FOR_EVER })
    const response = post(proxy, '/audio/speech', { ...request(TEXT), response_format: 'wav' }, { signal: controller.signal })
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    controller.abort()
    await expect(response).rejects.toThrow()
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
  })
})

describe('speech as events', () => {
  test('is base64 deltas, then the usage', async () => {
    const { type, bytes } = await postAndRead(proxy, '/audio/speech', request(TEXT, { stream_format: 'sse' }))
    expect(type).toBe('text/event-stream; charset=utf-8')
    const events = eventsOf(bytes)
    expect(events.map((event) => event.type)).toEqual([...Array(events.length - 1).fill('speech.audio.delta'), 'speech.audio.done'])
    expect(events.length).toBeGreaterThan(2)
    const pieces = audioOf(events)
    expect(pieces.every(({ length }) => length % 2 === 0)).toBe(true)
    const whole = await speak(proxy, TEXT)
    expect(Buffer.concat(pieces).equals(whole.bytes.subarray(HEADER))).toBe(true)
    const { input_tokens: input = 0, output_tokens: output = 0, total_tokens: total } = events.at(-1)?.usage ?? {}
    expect([input > 0, output > 0, total]).toEqual([true, true, input + output])
  })

  test('sends its first delta before Gemini has sent the last one', async () => {
    proxy.simulator.next({ chunks: 4, hold: { afterChunks: 1 } })
    const response = await post(proxy, '/audio/speech', request(TEXT, { stream_format: 'sse' }))
    const reader = response.body?.getReader()
    const first = Buffer.from((await reader?.read())?.value ?? [])
    expect(audioOf(eventsOf(first))).toHaveLength(1)
    expect(proxy.simulator.finishedRequests).toBe(0)
    proxy.simulator.release()
    let rest = ''
    for (let item = await reader?.read(); item?.done === false; item = await reader?.read()) rest += Buffer.from(item.value).toString()
    expect(rest).toContain('speech.audio.done')
  })

  test.each([
    ['wav', TTS],
    ['pcm', OLD_TTS],
  ])('as %s of %s is one delta', async (response_format, model) => {
    const { bytes } = await postAndRead(proxy, '/audio/speech', request(TEXT, { model, response_format, stream_format: 'sse' }))
    const pieces = audioOf(eventsOf(bytes))
    expect(pieces).toHaveLength(1)
    if (response_format === 'wav') await expectWave(pieces[0] ?? Buffer.of(), TEXT.length)
    else expect(pieces[0]).toHaveLength(2 * SAMPLES_PER_CHARACTER * TEXT.length)
  })

  test('ends with an error event instead of the usage if it fails midway', async () => {
    const input = `${TEXT} ${simulate({ chunks: 4, errorMidStream: { name: 'internal', afterChunks: 2 } })}`
    const { bytes } = await postAndRead(proxy, '/audio/speech', request(input, { stream_format: 'sse' }))
    const events = eventsOf(bytes)
    expect(events.at(-1)?.error).toMatchObject({ code: 'upstream_error', message: expect.any(String) })
    expect(events.filter(({ type }) => type === 'speech.audio.done')).toEqual([])
    expect(audioOf(events).length).toBeGreaterThan(0)
  })
})
