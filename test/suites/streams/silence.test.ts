import { afterAll, describe, expect, test, vi } from 'vitest'
import { onApi } from '../../support/apis.js'
import {
  chat,
  chatLine,
  collect,
  contentOf,
  eventually,
  failureIn,
  openai,
  PLAIN,
  parseStream,
  post,
  sdkStream,
  startReading,
  stream,
  streamed,
  streamWithHeldUpstream,
} from '../../support/calls.js'
import { isOnFunctionCompute, type ProxyUnderTest, startProxy } from '../../support/proxy.js'

/**
 * Proxies by their settings. Tests share them, because starting one takes longer than most tests.
 */
const proxies = new Map<string, Promise<ProxyUnderTest>>()
const start = async (env: Record<string, string>, key = JSON.stringify(env)): Promise<ProxyUnderTest> => {
  const starting = proxies.get(key) ?? startProxy({ ...PLAIN, ...env })
  proxies.set(key, starting)
  const proxy = await starting
  proxy.simulator.reset()
  proxy.logs.length = 0
  return proxy
}
afterAll(async () => {
  for (const proxy of proxies.values()) await (await proxy).close()
})

const { heartbeat: HEARTBEAT, eventsOfThree } = onApi()
/** The source of a regular expression that matches one heartbeat. */
const BEAT = `(?:${HEARTBEAT.replaceAll(/[{}]/g, '\\$&')}\n\n)`

const RESTLESS = { FIRST_EVENT_PATIENCE_MS: '10', HEARTBEAT_INTERVAL_MS: '20' }

describe('a silent stream', () => {
  test('is committed when FIRST_EVENT_PATIENCE_MS has passed, and gets heartbeats while nothing flows', async () => {
    const proxy = await start(RESTLESS)
    const answer = await startReading(post(proxy, streamed({ text: 'late', hold: 'after-headers' })))
    const startedAt = performance.now()
    await answer.until(new RegExp(`^${BEAT}{4}`))
    const silentMs = performance.now() - startedAt
    proxy.simulator.release()
    const { text, comments, dones, errors } = await answer.rest()
    expect(text).toMatch(new RegExp(`^${BEAT}{4,}(event: .+\n)?data: \\{`))
    expect(new Set(comments)).toEqual(new Set([HEARTBEAT]))
    expect({ dones, errors }).toEqual({ dones: 1, errors: [] })
    expect(await chatLine(proxy)).toMatchObject({ status: 200, cancelled: false, firstByteMs: expect.any(Number) })
    expect((await chatLine(proxy)).firstByteMs).toBeGreaterThanOrEqual(Math.floor(silentMs))
  })

  test('gets heartbeats between its events, too, and the SDK returns every chunk', async () => {
    const proxy = await start(RESTLESS)
    const behaviour = { deltas: ['a', 'b', 'c'], hold: { afterChunks: 1 } } as const
    const answer = await startReading(post(proxy, streamed(behaviour)))
    await answer.until(new RegExp(`"(content|delta|text)":"a".*\n\n(event: .+\ndata: .+\n\n)*?${BEAT}`))
    proxy.simulator.release()
    const { text, content } = await answer.rest()
    expect(text).toMatch(new RegExp(`"(content|delta|text)":"a".*\n\n${BEAT}+(event: .+\n)?data: .*"(content|delta|text)":"b"`))
    expect(content).toBe('abc')
    const onComment = new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        if (Buffer.from(piece).includes(HEARTBEAT)) proxy.simulator.release()
        controller.enqueue(piece)
      },
    })
    const watched: typeof fetch = async (...request) => {
      const response = await fetch(...request)
      return new Response(response.body?.pipeThrough(onComment) ?? null, response)
    }
    const chunks = await collect(sdkStream(openai(proxy, { fetch: watched }), streamed(behaviour)))
    // In the Messages API, OpenAI's SDK reads the heartbeat (a `ping` event) like any other event,
    // so the test removes it.
    expect(chunks.filter((chunk) => (chunk as { type?: string }).type !== 'ping')).toHaveLength(eventsOfThree)
  })

  test('gets no heartbeat before FIRST_EVENT_PATIENCE_MS has passed', async () => {
    const proxy = await start({ FIRST_EVENT_PATIENCE_MS: '60000', HEARTBEAT_INTERVAL_MS: '10' })
    const { text } = await stream(proxy, { text: 'x', firstChunkDelayMs: 80 })
    expect(text).toMatch(/^(event: .+\n)?data: \{/)
  })

  // The test does not run on the Function Compute emulator: there the proxy is another process,
  // whose clock the test cannot advance.
  if (!isOnFunctionCompute)
    test('gets no heartbeat while events flow, and one after a pause of the interval', async () => {
      const proxy = await start({ FIRST_EVENT_PATIENCE_MS: '60000', HEARTBEAT_INTERVAL_MS: '400' })
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      try {
        const answer = await startReading(post(proxy, streamed({ deltas: ['a', 'b', 'c', 'd', 'e', 'f'], hold: 'each-chunk' })))
        for (const delta of ['a', 'b', 'c', 'd']) {
          expect(await answer.until(new RegExp(`"(content|delta|text)":"${delta}"`))).not.toContain(HEARTBEAT)
          vi.advanceTimersByTime(399)
          proxy.simulator.release()
        }
        expect(await answer.until(/"(content|delta|text)":"e"/)).not.toContain(HEARTBEAT)
        vi.advanceTimersByTime(400)
        await answer.until(new RegExp(BEAT))
        proxy.simulator.release(100)
        expect(await answer.rest()).toMatchObject({ comments: [HEARTBEAT], content: 'abcdef', dones: 1, errors: [] })
      } finally {
        vi.useRealTimers()
      }
    })

  test("does not pass on Gemini's own comments", async () => {
    const proxy = await start({})
    const { comments, content } = await stream(proxy, { text: 'x', comment: ['one', 'two'] })
    expect([comments, content]).toEqual([[], 'x'])
  })

  test('gets no heartbeat if the client did not request a stream', async () => {
    const proxy = await start(RESTLESS)
    const response = await post(proxy, chat({ text: 'late', latencyMs: 60 }))
    expect(contentOf(await response.json())).toBe('late')
  })
})

describe('an early failure', () => {
  test.each([
    ['unavailable', 503, 'upstream_overloaded'],
    ['quota-minute', 429, 'rate_limit_exceeded'],
    ['quota-day', 429, 'insufficient_quota'],
    ['invalid-argument', 400, 'invalid_request'],
    ['invalid', 502, 'upstream_auth_error'],
    ['retired', 404, 'model_not_found'],
  ] as const)('keeps its status within FIRST_EVENT_PATIENCE_MS and is an error event after it: %s', async (error, status, code) => {
    const patient = await start({ FIRST_EVENT_PATIENCE_MS: '60000', RETIRED_MODELS: 'error' })
    const early = await post(patient, streamed({ error, latencyMs: 20 }))
    expect(early.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const [sent, { error: told }] = await failureIn(early)
    expect([sent, told.code]).toEqual([status, code])
    const hasty = await start({ FIRST_EVENT_PATIENCE_MS: '1', RETIRED_MODELS: 'error' })
    expect(await streamWithHeldUpstream(hasty, { error })).toMatchObject({ errors: [told], dones: 0, chunks: [] })
  })

  test('is logged with the status and the error that were sent', async () => {
    const proxy = await start({ FIRST_EVENT_PATIENCE_MS: '1' })
    await streamWithHeldUpstream(proxy, { error: 'unavailable' })
    expect(await chatLine(proxy)).toMatchObject({
      status: 200,
      cancelled: false,
      errorCode: 'upstream_overloaded',
      errorType: 'server_error',
    })
  })
})

describe('an idle upstream', () => {
  const IDLE = { UPSTREAM_IDLE_TIMEOUT_MS: '100' }
  // The timeout is longer than a busy machine may stall, so that only a silent Gemini triggers it.
  const ROOMY = { UPSTREAM_IDLE_TIMEOUT_MS: '4000' }

  test.each([
    ['a stream before its headers', true, { latencyMs: 60_000 }],
    ['a stream before its first event', true, { firstChunkDelayMs: 60_000 }],
    ['an answer before its headers', false, { latencyMs: 60_000 }],
    ['an answer before its body', false, { firstChunkDelayMs: 60_000 }],
  ])('is a 504 after UPSTREAM_IDLE_TIMEOUT_MS: %s', async (_, isStream, behaviour) => {
    const proxy = await start(IDLE)
    const response = await post(proxy, isStream ? streamed(behaviour) : chat(behaviour))
    expect(await failureIn(response)).toMatchObject([504, { error: { code: 'upstream_timeout', type: 'server_error' } }])
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 1, openRequests: 0 }))
  })

  test.each([
    ['before its headers', { latencyMs: 60_000 }, ''],
    ['before its first event', { firstChunkDelayMs: 60_000 }, ''],
    ['after its first event', { deltas: ['a', 'b'], chunkDelayMs: 60_000 }, 'a'],
  ])('is an error event once the stream is committed: %s', async (_, behaviour, said) => {
    const proxy = await start({ ...(said === '' ? IDLE : ROOMY), FIRST_EVENT_PATIENCE_MS: '1', HEARTBEAT_INTERVAL_MS: '30' })
    const { errors, dones, content } = await stream(proxy, behaviour)
    expect(errors).toEqual([{ message: expect.any(String), type: 'server_error', param: null, code: 'upstream_timeout' }])
    expect({ dones, content }).toEqual({ dones: 0, content: said })
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 1, openRequests: 0 }))
  })

  test('is one that pauses too long, not one that takes long in total', async () => {
    const proxy = await start(ROOMY)
    const { dones } = await stream(proxy, { chunks: 50, chunkDelayMs: 100 })
    expect(dones).toBe(1)
  })
})

describe('the deadline of a request', () => {
  const deadlines: readonly (readonly [name: string, env: Record<string, string>, headers: Record<string, string>])[] = [
    ['REQUEST_TIMEOUT_MS', { REQUEST_TIMEOUT_MS: '5000' }, {}],
    ["Function Compute's, which comes sooner", { FC_FUNCTION_NAME: 'gemini-proxy' }, { 'x-fc-function-timeout': '10' }],
  ]
  // On the Function Compute emulator only the platform sets `x-fc-function-timeout`, for all
  // requests: see test/doubles/functionCompute/timeout.test.ts.
  test.each(isOnFunctionCompute ? deadlines.slice(0, 1) : deadlines)('ends the request in every phase: %s', async (_, env, headers) => {
    const proxy = await start({ ...env, FIRST_EVENT_PATIENCE_MS: '1' })
    const [whole, ...streams] = await Promise.all([
      post(proxy, chat({ latencyMs: 60_000 }), { headers }),
      ...[{ latencyMs: 60_000 }, { chunks: 10_000, chunkDelayMs: 5 }].map((behaviour) => post(proxy, streamed(behaviour), { headers })),
    ])
    expect(await failureIn(whole)).toMatchObject([504, { error: { code: 'upstream_timeout' } }])
    for (const response of streams) {
      const { errors, dones } = parseStream(await response.text())
      expect([errors.map(({ code }) => code), dones]).toEqual([['upstream_timeout'], 0])
    }
    await eventually(() => expect(proxy.simulator).toMatchObject({ finishedRequests: 0, openRequests: 0 }))
  })
})

describe('the shutdown', () => {
  test('lets a stream end within the grace period', async () => {
    const proxy = await start({ SHUTDOWN_GRACE_MS: '10000' })
    const response = await post(proxy, streamed({ chunks: 20, chunkDelayMs: 10 }))
    const drained = proxy.drain()
    expect(parseStream(await response.text())).toMatchObject({ dones: 1, errors: [] })
    await drained
    expect(proxy.simulator.finishedRequests).toBe(1)
  })

  test('ends a longer stream with an error event', async () => {
    const proxy = await start({ SHUTDOWN_GRACE_MS: '50' })
    const response = await post(proxy, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
    const drained = proxy.drain()
    const { errors, dones } = parseStream(await response.text())
    expect([errors.map(({ code }) => code), dones]).toEqual([['shutting_down'], 0])
    await drained
    await eventually(() => expect(proxy.simulator).toMatchObject({ abortedRequests: 1, openRequests: 0 }))
  })
})
