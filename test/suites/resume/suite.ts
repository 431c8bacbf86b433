import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Part } from '../../../src/upstream/native/wire/types.js'
import type { Behaviour, Simulator } from '../../doubles/simulator/index.js'
import { type Body, chat, eventually, parseStream, post, streamed } from '../../support/calls.js'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import type { RedisServer } from '../../support/redis.js'
import { isOnNative } from '../../support/upstreamApi.js'
import { connect, countedDeltas, errorCodeOf, expectWhole, lastIdOf, readThrough, type Seen, streamIdOf } from './client.js'

const OTHER_TOKEN = 'other-token-77aa'
const DELTAS = countedDeltas(40)
const SLOW: Behaviour = { deltas: DELTAS, chunkDelayMs: 5 }
const FAST: Behaviour = { deltas: DELTAS }
const ENDLESS: Behaviour = { chunks: 10_000, chunkDelayMs: 5 }
const TEXT = DELTAS.join('')
const NOT_FOUND = { error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: 'stream_not_found' } }

/** Instances in front of one simulator: the first generates, clients reconnect to the last. */
export interface Instances {
  readonly first: ProxyUnderTest
  readonly last: ProxyUnderTest
  readonly simulator: Simulator
  close(): Promise<void>
}

/** Starts one instance, or two in front of the same simulator. */
export async function startInstances(count: 1 | 2, env: Record<string, string>): Promise<Instances> {
  const tokens = { AUTH_TOKEN: `${TOKEN},${OTHER_TOKEN}`, THOUGHTS: 'off', MAX_RETRIES: '0' }
  // A long wait for Redis, so that a stalled machine does not make these tests fail.
  const parts = env.REDIS_URL === undefined ? {} : { redisTimeoutMs: 600_000 }
  const first = await startProxy({ ...tokens, ...env }, {}, parts)
  if (count === 1) return { first, last: first, simulator: first.simulator, close: () => first.close() }
  const last = await startProxy({ ...tokens, GEMINI_BASE_URL: first.simulator.baseUrl, ...env }, {}, parts)
  const close = async () => void (await Promise.all([first.close(), last.close()]))
  return { first, last, simulator: first.simulator, close }
}

/**
 * Tests for instances that can resume each other's streams.
 *
 * @param start - starts them with additional settings
 */
export function testResuming(start: (env: Record<string, string>) => Promise<Instances>): void {
  let at: Instances
  beforeAll(async () => {
    at = await start({})
  })
  beforeEach(() => at.simulator.reset())
  afterAll(() => at.close())

  const begin = (behaviour: Behaviour, cutAfter?: number): Promise<Seen> =>
    connect({ origin: at.first.origin, ...(cutAfter === undefined ? {} : { cutAfter }) }, { behaviour })
  const rest = (lastEventId: string | undefined, path?: string, token = TOKEN): Promise<Seen> =>
    connect({ origin: at.last.origin, token }, { lastEventId, ...(path === undefined ? {} : { path }) })
  const kept = (seen: Seen): string => `/v1/chat/completions/${streamIdOf(seen.events)}`
  /** Runs a stream to its end, and waits until other instances can read it as well. */
  const finished = async (behaviour: Behaviour = FAST): Promise<Seen> => {
    const seen = await begin(behaviour)
    await eventually(async () => expect((await rest(undefined, kept(seen))).status).toBe(200))
    return seen
  }

  describe('a client that reconnects', () => {
    test.each([
      ['by repeating its POST', false],
      ['by GET', true],
    ])('gets the missed and the live events of a running stream: %s', async (_, isGet) => {
      const before = await begin({ deltas: DELTAS, hold: { afterChunks: 10 } }, 5)
      expect(before.events.length).toBeLessThan(30)
      const path = isGet ? { path: kept(before) } : {}
      // Gemini sends the rest only once the client has reconnected.
      const back = { origin: at.last.origin, onOpen: () => at.simulator.release() }
      const after = await connect(back, { lastEventId: lastIdOf(before.events), ...path })
      expectWhole([...before.events, ...after.events], TEXT)
      expect(at.simulator).toMatchObject({ totalRequests: 1, abortedRequests: 0 })
      await eventually(() => expect(at.last.logs.findLast(({ resumed }) => resumed === true)).toMatchObject({ status: 200, stream: true }))
    })

    test('after the end gets the remaining events', async () => {
      const before = await begin(SLOW, 5)
      await eventually(() => expect(at.simulator.finishedRequests).toBe(1))
      const after = await rest(lastIdOf(before.events))
      expectWhole([...before.events, ...after.events], TEXT)
      expect(at.simulator.totalRequests).toBe(1)
    })

    test('twice gets each event once', async () => {
      const events = await readThrough([at.first.origin, at.last.origin], SLOW, { cuts: [3, 9, 1], byGet: (turn) => turn === 2 })
      expectWhole(events, TEXT)
      expect(at.simulator.totalRequests).toBe(1)
    })

    test('as two clients at the same time, and a third from the start: each is served', async () => {
      const before = await begin(SLOW, 5)
      const id = lastIdOf(before.events)
      const [one, other, whole] = await Promise.all([rest(id), rest(id, kept(before)), rest(undefined, `${kept(before)}?stream=true`)])
      expectWhole([...before.events, ...one.events], TEXT)
      expectWhole([...before.events, ...other.events], TEXT)
      expectWhole(whole.events, TEXT)
      expect(at.simulator.totalRequests).toBe(1)
    })

    test('from the middle of a batch gets exactly the events after it', async () => {
      const whole = await finished()
      for (const place of [1, 2, 20, whole.events.length - 1])
        expect((await rest(whole.events[place - 1]?.id)).events).toEqual(whole.events.slice(place))
    })

    test('after the last event but [DONE] gets [DONE], and after [DONE] nothing', async () => {
      const whole = await finished()
      expect((await rest(whole.events.at(-2)?.id)).events).toEqual(whole.events.slice(-1))
      expect(await rest(lastIdOf(whole.events))).toEqual({ status: 200, events: [], json: undefined })
    })

    test('to a stream that failed gets the missed events and the same error, with the same id', async () => {
      const behaviour: Behaviour = { deltas: DELTAS, errorMidStream: { name: 'overloaded', afterChunks: 20 } }
      const whole = await begin(behaviour)
      expect(whole.events.at(-1)?.id).toBe(`${streamIdOf(whole.events)}:${whole.events.length}`)
      const missed = whole.events.slice(7)
      await eventually(async () => expect((await rest(whole.events[6]?.id)).events).toEqual(missed))
      expect(errorCodeOf(missed)).toBe('upstream_overloaded')
      expect(await rest(undefined, kept(whole))).toMatchObject({ status: 404, json: NOT_FOUND })
    })

    test('gets texts of any script and any size', async () => {
      const deltas = ['世界 \u2028 line\n\ndata: [DONE]\n\n', 'id: x\r\n', '🦊'.repeat(50_000), 'end']
      const before = await begin({ deltas, chunkDelayMs: 5 }, 2)
      const after = await rest(lastIdOf(before.events))
      expectWhole([...before.events, ...after.events], deltas.join(''))
    })
  })

  describe('the finished answer as an object', () => {
    test.each<[string, Behaviour, Body]>([
      ['a text', { text: 'Hello, 世界!' }, {}],
      ['thoughts', { thoughts: 'First. Then.', forceThoughts: true, text: 'So.' }, {}],
      [
        'tool calls',
        {
          toolCalls: [
            { name: 'f', arguments: { a: 1 } },
            { name: 'g', arguments: { b: [2] } },
          ],
        },
        { tools: ['f', 'g'].map(toTool) },
      ],
      ['a legacy function call', { toolCalls: [{ name: 'f', arguments: { a: 1 } }] }, { functions: [toTool('f').function] }],
      ['a filtered answer', { finish: 'content_filter: PROHIBITED_CONTENT' }, {}],
      ['a text cut at the limit', { text: 'One, two', finish: 'length' }, {}],
      ['several choices', { text: 'same' }, { n: 3 }],
      ...(isOnNative ? NATIVE_ANSWERS : []),
    ])('equals the response to the same request without stream: %s', async (_, told, more) => {
      // The simulator would count the request's text, which differs with `stream`: sets a fixed
      // usage.
      const behaviour: Behaviour = { usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }, ...told }
      const seen = await connect({ origin: at.first.origin }, { body: streamed(behaviour, more) })
      await eventually(async () => expect((await rest(undefined, kept(seen))).status).toBe(200))
      const whole = (await (await post(at.first, chat(behaviour, more))).json()) as Record<string, unknown>
      const got = (await rest(undefined, kept(seen))).json as Record<string, unknown>
      expect(withoutIds({ ...got, created: 0 })).toEqual(withoutIds({ ...whole, created: 0, id: streamIdOf(seen.events) }))
    })

    test('is a 404 until it is finished', async () => {
      const before = await begin(ENDLESS, 3)
      const { status, json } = await rest(undefined, kept(before))
      expect(status).toBe(404)
      expect(json).toMatchObject(NOT_FOUND)
    })
  })

  describe('a stream is not found', () => {
    test('with another token, live or finished, on any path', async () => {
      const live = await begin(ENDLESS, 3)
      const whole = await begin(FAST)
      for (const seen of [live, whole])
        for (const path of [undefined, kept(seen), `${kept(seen)}?stream=true`]) {
          const id = path?.includes('?') ? undefined : lastIdOf(seen.events)
          expect(await rest(id, path, OTHER_TOKEN)).toMatchObject({ status: 404, json: NOT_FOUND })
        }
      expect(at.simulator.totalRequests).toBe(2)
    })

    test.each([
      ['forged', `chatcmpl-${'0'.repeat(32)}:3`],
      ['malformed', 'nonsense'],
      ['empty', ''],
      ['without an event number', `chatcmpl-${'0'.repeat(32)}`],
      ['with a negative event number', `chatcmpl-${'0'.repeat(32)}:-1`],
      ['very long', 'x'.repeat(4_000)],
    ])('with an id that is %s, and none is started', async (_, lastEventId) => {
      expect(await rest(lastEventId)).toMatchObject({ status: 404, json: NOT_FOUND })
      expect(await rest(lastEventId, `/v1/chat/completions/chatcmpl-${'0'.repeat(32)}`)).toMatchObject({ status: 404, json: NOT_FOUND })
      expect(at.simulator.totalRequests).toBe(0)
    })

    test('after the end of a finished stream, or with the event id of another stream', async () => {
      const [one, other] = [await finished(), await finished()]
      const beyond = `${streamIdOf(one.events)}:${one.events.length + 1}`
      expect(await rest(beyond)).toMatchObject({ status: 404, json: NOT_FOUND })
      expect(await rest(lastIdOf(one.events), kept(other))).toMatchObject({ status: 404, json: NOT_FOUND })
    })
  })

  test('200 streams with disconnects at random positions lose and repeat nothing', async () => {
    const random = makeRandom(20_261_124)
    const streams = Array.from({ length: 200 }, (_, nth) => ({
      deltas: countedDeltas(30 + Math.floor(random() * 30), String(nth)),
      cuts: Array.from({ length: 1 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 15)),
      chunkDelayMs: Math.floor(random() * 4),
      ways: random(),
    }))
    let next = 0
    const worker = async () => {
      for (let one = streams[next++]; one !== undefined; one = streams[next++]) {
        const { deltas, cuts, chunkDelayMs, ways } = one
        const events = await readThrough(
          [at.first.origin, at.last.origin],
          { deltas, chunkDelayMs },
          { cuts, byGet: (turn) => (turn + ways) % 2 < 1 },
        )
        expectWhole(events, deltas.join(''))
      }
    }
    await Promise.all(Array.from({ length: 20 }, worker))
    expect(at.simulator).toMatchObject({ totalRequests: 200, abortedRequests: 0 })
  })
}

const TTL_SECONDS = 20

/**
 * Tests for instances that keep running without a client, unlike on Function Compute, where they
 * are frozen.
 *
 * @param redis - the server that the instances share, if any
 */
export function testExpiry(start: (env: Record<string, string>) => Promise<Instances>, redis?: () => RedisServer): void {
  describe('with a time to live', () => {
    let brief: Instances
    beforeAll(async () => {
      brief = await start({ STREAM_RESUME_TTL_SECONDS: String(TTL_SECONDS) })
    })
    beforeEach(() => {
      brief.simulator.reset()
      stopClock()
    })
    afterEach(startClock)
    afterAll(() => brief.close())

    const pass = (seconds: number): Promise<void> => advanceClock(seconds * 1000, redis?.())
    const left = (): Promise<void> =>
      eventually(() => expect(brief.first.logs.some(({ cancelled, stream }) => cancelled === true && stream === true)).toBe(true))

    test('a generation whose client does not return is aborted then, and no longer found', async () => {
      brief.first.logs.length = 0
      const before = await connect({ origin: brief.first.origin, cutAfter: 3 }, { behaviour: { ...FAST, hold: { afterChunks: 10 } } })
      await left()
      await pass(TTL_SECONDS - 1)
      expect((await fetch(`${brief.first.origin}/health/live`)).status).toBe(200)
      expect(brief.simulator).toMatchObject({ openRequests: 1, abortedRequests: 0 })
      await pass(1)
      await eventually(() => expect(brief.simulator.abortedRequests).toBe(1))
      // While a replica is being deleted, a reader waits for its producer for up to the length of a
      // lease, so the clock must run.
      startClock()
      const gone = () => connect({ origin: brief.last.origin }, { lastEventId: lastIdOf(before.events) })
      await eventually(async () => expect(await gone()).toMatchObject({ status: 404, json: NOT_FOUND }))
    })

    test('a generation with a reader runs longer', async () => {
      const deltas = countedDeltas(20)
      brief.simulator.release(3)
      const before = await connect({ origin: brief.first.origin, cutAfter: 4 }, { behaviour: { deltas, hold: 'each-chunk' } })
      let count = 0
      const onEvents = ({ length }: { readonly length: number }): void => {
        count = length
      }
      const reading = connect({ origin: brief.last.origin, onEvents }, { lastEventId: lastIdOf(before.events) })
      // Each step is shorter than the lease, and than the time for which a remote reader is
      // remembered.
      for (let seconds = 0; seconds < 3 * TTL_SECONDS; seconds += 5) {
        const known = count
        brief.simulator.release()
        await eventually(() => expect(count).toBeGreaterThan(known))
        await pass(5)
      }
      expect(brief.simulator).toMatchObject({ openRequests: 1, abortedRequests: 0 })
      brief.simulator.release(Number.POSITIVE_INFINITY)
      expectWhole([...before.events, ...(await reading).events], deltas.join(''))
      expect((await connect({ origin: brief.first.origin }, { lastEventId: lastIdOf(before.events) })).status).toBe(200)
    })

    test('a finished stream is no longer found once its time to live is over', async () => {
      const seen = await connect({ origin: brief.first.origin }, { behaviour: FAST })
      const again = () => connect({ origin: brief.last.origin }, { path: `/v1/chat/completions/${streamIdOf(seen.events)}?stream=true` })
      await eventually(async () => expect((await again()).status).toBe(200))
      await pass(TTL_SECONDS - 1)
      expect((await again()).status).toBe(200)
      // With Redis, the time to live is longer by the length of a lease.
      await pass(1 + TTL_SECONDS / 2)
      await eventually(async () => expect(await again()).toMatchObject({ status: 404, json: NOT_FOUND }))
    })
  })
}

/** Tests for requests that do not ask for a resumable stream, or are not allowed to. */
export function testWithoutResuming(start: (env: Record<string, string>) => Promise<Instances>): void {
  const cases = [
    ['on-request', undefined, false],
    ['on-request', 'false', false],
    ['on-request', 'yes', false],
    ['on-request', 'true', true],
    ['always', undefined, true],
    ['always', 'false', false],
    ['off', 'true', false],
  ] as const
  test.each(cases)('STREAM_RESUME=%s and X-Stream-Resume %s: events have ids %s', async (mode, asked, hasIds) => {
    const { first, simulator, close } = await start({ STREAM_RESUME: mode })
    const headers: Record<string, string> = asked === undefined ? {} : { 'x-stream-resume': asked }
    const text = await (await post(first, streamed(FAST), { headers })).text()
    expect(text.includes('\nid: ') || text.startsWith('id: ')).toBe(hasIds)
    if (!hasIds) expect(parseStream(text)).toMatchObject({ content: TEXT, dones: 1 })

    const leaving = new AbortController()
    const response = await post(first, streamed(ENDLESS), { headers, signal: leaving.signal })
    await response.body?.getReader().read()
    leaving.abort()
    if (!hasIds) await eventually(() => expect(simulator.abortedRequests).toBe(1))
    else expect(simulator.openRequests).toBe(1)
    await close()
  })

  test('with STREAM_RESUME=off, a reconnect is a 404 and starts nothing', async () => {
    const { first, simulator, close } = await start({ STREAM_RESUME: 'off' })
    const id = `chatcmpl-${'a'.repeat(32)}`
    expect(await connect(first, { lastEventId: `${id}:1` })).toMatchObject({ status: 404, json: NOT_FOUND })
    expect(await connect(first, { path: `/v1/chat/completions/${id}` })).toMatchObject({ status: 404, json: NOT_FOUND })
    expect(simulator.totalRequests).toBe(0)
    await close()
  })

  test('a failure before the first event keeps its status', async () => {
    const { first, close } = await start({})
    expect(await connect(first, { behaviour: { error: 'overloaded' } })).toMatchObject({
      status: 503,
      json: { error: { code: 'upstream_overloaded' } },
    })
    await close()
  })

  test('a client that disconnects before the first event ends the generation, as it has no id to reconnect with', async () => {
    const { first, simulator, close } = await start({ FIRST_EVENT_PATIENCE_MS: '1' })
    const leaving = new AbortController()
    const response = await post(first, streamed({ firstChunkDelayMs: 60_000 }), {
      headers: { 'x-stream-resume': 'true' },
      signal: leaving.signal,
    })
    expect(response.status).toBe(200)
    await eventually(() => expect(simulator.openRequests).toBe(1))
    leaving.abort()
    await eventually(() => expect(simulator.abortedRequests).toBe(1))
    await close()
  })
}

const logprobsOf = (parts: readonly Part[]): object => {
  const chosen = parts.flatMap(({ text }) => (text === undefined ? [] : [{ token: text, logProbability: -text.length }]))
  return { logprobsResult: { chosenCandidates: chosen, topCandidates: chosen.map((each) => ({ candidates: [each] })) } }
}

/** Makes events of the native API, one for each list of parts; the last one ends the answer. */
const toEvents = (...parts: readonly (readonly Part[])[]): Behaviour => ({
  nativeAnswer: parts.map((each, index) => ({
    candidates: [{ content: { parts: each }, ...logprobsOf(each), ...(index < parts.length - 1 ? {} : { finishReason: 'STOP' }) }],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12, serviceTier: 'flex' },
  })),
})

const media = (mimeType: string, bytes: number, byte: number) => ({
  inlineData: { mimeType, data: Buffer.alloc(bytes, byte).toString('base64') },
})
const PCM = 'audio/L16;codec=pcm;rate=24000'

/** Answers that only the native API can give: a name, how the simulator behaves, the request. */
const NATIVE_ANSWERS: readonly [string, Behaviour, Body][] = [
  [
    'images, with code and thought signatures between texts',
    toEvents(
      [{ text: 'See ' }],
      [{ ...media('image/png', 90_000, 1), thoughtSignature: 'c2lnMQ==' }],
      [media('image/png', 9, 2)],
      [{ executableCode: { code: 'print(1)', language: 'PYTHON' } }],
      [{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }],
      [{ text: 'end', thoughtSignature: 'c2lnMg==' }],
    ),
    { model: 'gemini-3.1-flash-image' },
  ],
  [
    'audio',
    toEvents([media(PCM, 12, 1)], [media(PCM, 10, 2)], [media(PCM, 3, 3)]),
    { model: 'gemini-2.5-flash-preview-tts', modalities: ['audio'], audio: { voice: 'Kore', format: 'pcm16' } },
  ],
  ['log probabilities and the service tier', toEvents([{ text: 'One' }], [{ text: 'two' }]), { logprobs: true, service_tier: 'flex' }],
]

const toTool = (name: string) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'array', items: { type: 'integer' } } } },
  },
})

/** Replaces what differs in every response, such as ids, so that responses can be compared. */
const withoutIds = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll(/"(?:call_|function-call-|audio_)\w+"/g, '"id"')
      .replaceAll(/"expires_at":\d+/g, '"expires_at":0'),
  )

/** Generates numbers from 0 to 1, the same for the same seed. */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
