import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Behaviour, type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { isOnChat } from '../../support/apis.js'
import { startBundle } from '../../support/bundle.js'
import {
  type Body,
  collect,
  eventually,
  failureIn,
  failureOf,
  openai,
  PLAIN,
  parseStream,
  post,
  stream,
  streamed,
  streamWithHeldUpstream,
} from '../../support/calls.js'
import { toEvent } from '../../support/geminiWire.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { isOnNative } from '../../support/upstreamApi.js'

const ENV = { ...PLAIN, MAX_EVENT_BYTES: '4096' }
// The timeout is longer than a busy machine may stall, so that only a silent Gemini triggers it.
const ROOMY_IDLE = { UPSTREAM_IDLE_TIMEOUT_MS: '4000' }
const HUGE = 'x'.repeat(5000)
const CHUNK = (content: string): string => toEvent({ choices: [{ delta: { content, role: 'assistant' }, index: 0 }] })
const TOO_LONG = CHUNK(HUGE).slice(0, 5000)
const MALFORMED = CHUNK('\ufffd').split('\ufffd')
const NO_TEXT: [string, number[], string] = [MALFORMED[0] ?? '', [0xff, 0xfe], MALFORMED[1] ?? '']
const bytes = (...parts: (string | number[])[]): NonNullable<Behaviour['rawBody']> => ({
  base64: Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))).toString('base64'),
})

let patient: ProxyUnderTest
let committed: ProxyUnderTest
/** A proxy with a short idle timeout for a silent Gemini. */
let idling: ProxyUnderTest
beforeAll(async () => {
  patient = await startProxy(ENV)
  committed = await startProxy({ ...ENV, FIRST_EVENT_PATIENCE_MS: '1' })
  idling = await startProxy({ ...ENV, ...ROOMY_IDLE, FIRST_EVENT_PATIENCE_MS: '60000' })
})
beforeEach(() => {
  for (const { simulator } of [patient, committed, idling]) simulator.reset()
})
afterAll(async () => {
  for (const proxy of [patient, committed, idling]) await proxy.close()
})

const isSilent = ({ fault }: Behaviour): boolean => fault?.kind === 'stall'

type Row = readonly [name: string, behaviour: Behaviour, status: number, code: string]

/** Failures before anything of the answer has arrived. */
const EARLY: readonly Row[] = [
  ['a reset before the headers', { fault: { kind: 'reset', when: 'before-headers' } }, 502, 'upstream_error'],
  ['a reset after the headers', { fault: { kind: 'reset' } }, 502, 'upstream_error'],
  ['an end before the headers', { fault: { kind: 'cut', when: 'before-headers' } }, 502, 'upstream_error'],
  ['a clean end without an event', { fault: { kind: 'eof' } }, 502, 'upstream_error'],
  ['an end in the middle of the first event', { fault: { kind: 'cut', when: { afterBytes: 20 } } }, 502, 'upstream_error'],
  ['a clean end in the middle of the first event', { fault: { kind: 'eof', when: { afterBytes: 20 } } }, 502, 'upstream_error'],
  ['bytes that are not HTTP', { fault: { kind: 'garbage', when: 'before-headers' } }, 502, 'upstream_error'],
  ['bytes that are not events', { fault: { kind: 'garbage' } }, 502, 'upstream_error'],
  ['silence', { fault: { kind: 'stall' } }, 504, 'upstream_timeout'],
  ['an event above MAX_EVENT_BYTES', { text: HUGE, chunks: 1 }, 502, 'upstream_error'],
  ['a line above MAX_EVENT_BYTES that never ends', { rawBody: TOO_LONG }, 502, 'upstream_error'],
  ['bytes that are not UTF-8', { rawBody: bytes(...NO_TEXT) }, 502, 'upstream_error'],
  ['an event that is not JSON', { rawBody: `${CHUNK('').slice(0, 12)}\n\n` }, 502, 'upstream_error'],
  ['an event that is a number', { rawBody: 'data: 42\n\n' }, 502, 'upstream_error'],
  ['[DONE] alone', { rawBody: 'data: [DONE]\n\n' }, 502, 'upstream_error'],
  ['no body', { rawBody: '' }, 502, 'upstream_error'],
  ['a page in HTML', { error: 'bad-gateway', errorForm: 'html' }, 502, 'upstream_error'],
  ['an error labelled as a stream', { error: 'unavailable', errorForm: 'sse-json' }, 503, 'upstream_overloaded'],
  [
    'an error as bare JSON in a stream of status 200',
    { error: 'unavailable', errorForm: 'sse-json', status: 200 },
    503,
    'upstream_overloaded',
  ],
  ['an array of errors in a stream with status 200', { error: 'quota-minute', status: 200 }, 429, 'rate_limit_exceeded'],
]

/** Four deltas, one by one, which the failures of LATE interrupt. */
const SLOW = { deltas: ['one', 'two', 'three', 'four'], chunkDelayMs: 25 } as const
const LATE: readonly (readonly [name: string, behaviour: Behaviour, code: string])[] = [
  ...(['bare-object', 'bare-array', 'data-object', 'data-array'] as const).map(
    (form) =>
      [`an error as ${form}`, { ...SLOW, errorMidStream: { name: 'unavailable', form, afterChunks: 3 } }, 'upstream_overloaded'] as const,
  ),
  ['a quota error', { ...SLOW, errorMidStream: { name: 'quota-day', form: 'data-object', afterChunks: 3 } }, 'insufficient_quota'],
  ['a reset', { ...SLOW, fault: { kind: 'reset', when: { afterChunks: 2 } } }, 'upstream_error'],
  ['a connection that ends', { ...SLOW, fault: { kind: 'cut', when: { afterChunks: 2 } } }, 'upstream_error'],
  ['a clean end without finish_reason', { ...SLOW, fault: { kind: 'eof', when: { afterChunks: 2 } } }, 'upstream_error'],
  ['a clean end within an event', { ...SLOW, fault: { kind: 'eof', when: { afterBytes: 400 } } }, 'upstream_error'],
  ['[DONE] without finish_reason', { ...SLOW, doneWithoutFinish: true }, 'upstream_error'],
  ['neither finish_reason nor [DONE]', { ...SLOW, doneWithoutFinish: true, omitDone: true }, 'upstream_error'],
  ['garbage', { ...SLOW, fault: { kind: 'garbage', when: { afterChunks: 2 } } }, 'upstream_error'],
  ['an event above MAX_EVENT_BYTES', { ...SLOW, deltas: ['one', 'two', HUGE, 'four'] }, 'upstream_error'],
  ['silence', { ...SLOW, fault: { kind: 'stall', when: { afterChunks: 2 } } }, 'upstream_timeout'],
  ['an unknown finish reason', { ...SLOW, finish: 'function_call_filter: SOMETHING_NEW' }, expect.any(String)],
]

describe('a stream that fails early', () => {
  test.each(EARLY)('keeps its HTTP status: %s', async (_, behaviour, status, code) => {
    const proxy = isSilent(behaviour) ? idling : patient
    const response = await post(proxy, streamed(behaviour))
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await failureIn(response)).toMatchObject([status, { error: { message: expect.any(String), param: null, code } }])
    await eventually(() => expect(proxy.simulator.openRequests).toBe(0))
  })

  // Silence after the headers are sent is tested in test/suites/streams/silence.test.ts.
  const SPOKEN = EARLY.filter(([, behaviour]) => !isSilent(behaviour))
  test.each(SPOKEN)('is one error event without [DONE] once it is committed: %s', async (_, behaviour, _status, code) => {
    const { errors, dones, data } = await streamWithHeldUpstream(committed, behaviour)
    expect([errors.map((error) => error.code), dones, data.length]).toEqual([[code], 0, 1])
    await eventually(() => expect(committed.simulator.openRequests).toBe(0))
  })
})

describe('a stream that breaks', () => {
  test.each(LATE)('after its text has begun ends with one error event without [DONE]: %s', async (_, behaviour, code) => {
    const proxy = isSilent(behaviour) ? idling : patient
    const { errors, dones, data, content, chunks } = await stream(proxy, behaviour)
    expect(errors).toEqual([{ message: expect.any(String), type: expect.any(String), param: null, code }])
    expect(dones).toBe(0)
    expect(JSON.parse(data.at(-1) ?? '')).toHaveProperty('error')
    expect(content).toMatch(/^one/)
    expect(chunks.every(({ choices: [choice] }) => choice?.finish_reason === null)).toBe(true)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(0))
  })

  // Only for the chat API: the test reads with OpenAI's SDK, which raises its error events. In the
  // other APIs, a failure is an event like any other, which the SDK returns.
  if (isOnChat())
    test.each(LATE)('makes the SDK raise, by iteration and by its helper: %s', async (_, behaviour, code) => {
      const client = openai(isSilent(behaviour) ? idling : patient)
      const request = streamed(behaviour) as never
      const failure = await failureOf(collect(client.chat.completions.create(request) as never))
      expect(failure).toBeInstanceOf(OpenAI.APIError)
      expect(failure).toMatchObject({ code })
      expect(await failureOf(client.chat.completions.stream(request).finalMessage())).toMatchObject({ code })
    })

  test.each([
    ['an error', ['data: {"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}\n\n'], 'upstream_overloaded'],
    ['bytes that are not UTF-8', NO_TEXT, 'upstream_error'],
    ['an event above MAX_EVENT_BYTES', [CHUNK(HUGE)], 'upstream_error'],
  ])('does not discard the text that arrived in the same chunk: %s', async (_, failure, code) => {
    const { content, errors } = await streamWithHeldUpstream(committed, { rawBody: bytes(CHUNK('one'), CHUNK('two'), ...failure) })
    expect([content, errors.map((error) => error.code)]).toEqual(['onetwo', [code]])
  })

  test('is a 502 if the client did not request a stream, at any position', async () => {
    const faults: Behaviour[] = [1, 50, 200].flatMap((afterBytes) =>
      (['eof', 'cut', 'reset'] as const).map((kind) => ({ fault: { kind, when: { afterBytes } } })),
    )
    for (const fault of faults) {
      const response = await post(patient, { ...streamed(fault), stream: false })
      expect(await failureIn(response)).toMatchObject([502, { error: { code: 'upstream_error' } }])
    }
  })

  test('does not crash the server', async () => {
    const simulator = await startSimulator()
    const bundle = await startBundle({
      ...ENV,
      ...ROOMY_IDLE,
      GEMINI_API_KEY: 'simulated',
      GEMINI_BASE_URL: simulator.baseUrl,
      AUTH_TOKEN: TOKEN,
    })
    try {
      const proxy = { baseUrl: `${bundle.address}/v1` }
      for (const [, behaviour] of [...EARLY, ...LATE]) await (await post(proxy, streamed(behaviour))).text()
      expect(parseStream(await (await post(proxy, streamed({ text: 'alive' }))).text())).toMatchObject({ content: 'alive', dones: 1 })
      expect(bundle.output()).not.toMatch(/crashed|Unhandled|internal_error/i)
    } finally {
      if (bundle.process.exitCode === null) await bundle.stop()
      await simulator.close()
    }
  })
})

describe('a stream with a finish reason', () => {
  test.each([
    ['without [DONE]', { omitDone: true }],
    // The native API has no `[DONE]`, after which the connection could break: there, the end of the
    // body ends the stream.
    ...(isOnNative ? [] : [['with a reset after [DONE]', { fault: { kind: 'reset', when: { afterChunks: 4 } } }] as [string, Behaviour]]),
    ['with a clean end after its last event', { fault: { kind: 'eof', when: { afterChunks: 3 } } }],
  ] satisfies [string, Behaviour][])('is complete: %s', async (_, more) => {
    const { content, dones, errors } = await stream(patient, { deltas: ['one', 'two', 'three'], ...more })
    expect({ content, dones, errors }).toEqual({ content: 'onetwothree', dones: 1, errors: [] })
  })

  test('is not complete if its connection broke before [DONE]', async () => {
    const { dones, errors } = await stream(patient, {
      deltas: ['one', 'two', 'three'],
      chunkDelayMs: 15,
      fault: { kind: 'reset', when: { afterChunks: 3 } },
    })
    expect([dones, errors.length]).toEqual([0, 1])
  })
})

describe('a stream cut at every byte', () => {
  const CASES: readonly (readonly [string, Behaviour, Body])[] = [
    ['text', { text: 'Hello there', chunks: 2 }, {}],
    ['Chinese', { deltas: ['你好，', '世界😀'] }, {}],
    ['usage', { text: 'Hi', chunks: 1 }, { stream_options: { include_usage: true } }],
    ['tool calls', { toolCalls: [{ name: 'f', arguments: { city: '北京' } }] }, { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ]

  /**
   * Sends the first request that the simulator has received to the simulator again, without the
   * proxy, so that the test knows every byte of the answer. @returns the body of the response
   */
  const sentBy = async ({ origin, requests: [request] }: Simulator): Promise<string> => {
    if (request === undefined) throw new Error('Gemini has received no request')
    const { path, headers, body } = request
    const credential = { authorization: headers.authorization, 'x-goog-api-key': headers['x-goog-api-key'] }
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: Object.entries({ ...credential, 'content-type': 'application/json' }).filter(([, value]) => value !== undefined) as never,
      body: JSON.stringify(body),
    })
    return response.text()
  }

  test.each(CASES)('is never presented as complete: %s', async (name, behaviour, more) => {
    const reference = await stream(patient, behaviour, more)
    const whole = await sentBy(patient.simulator)
    const events = isOnNative ? whole : whole.slice(0, whole.indexOf('data: [DONE]'))
    const size = Buffer.byteLength(events)
    const finished = reference.chunks.length
    const cuts = Array.from({ length: size }, (_, at) => at + 1)
    const faulty: number[] = []
    const cut = async (afterBytes: number): Promise<void> => {
      const fault = { kind: afterBytes % 2 === 0 ? 'eof' : 'reset', when: { afterBytes } } as const
      const response = await post(patient, streamed({ ...behaviour, fault }, more))
      if (response.status !== 200) {
        await response.text()
        return
      }
      const { dones, errors, chunks } = parseStream(await response.text())
      const isWhole = dones === 1 && errors.length === 0 && chunks.length === finished
      const isBroken = dones === 0 && errors.length === 1
      if (!isWhole && !isBroken) faulty.push(afterBytes)
      // A stream that lacks more than the newlines after its last event must not count as complete.
      if (isWhole && afterBytes < Buffer.byteLength(events.trimEnd())) faulty.push(afterBytes)
    }
    const next = cuts[Symbol.iterator]()
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        for (const at of next) await cut(at)
      }),
    )
    console.info(`${name}: ${cuts.length} cuts`)
    expect(cuts.length).toBeGreaterThan(150)
    expect(faulty).toEqual([])
  })
})
