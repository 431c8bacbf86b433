import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour, RecordedRequest } from '../../doubles/simulator/index.js'
import { onApi } from '../../support/apis.js'
import { chat, chatLine, eventually, PLAIN, post, streamed } from '../../support/calls.js'
import { startClock, stopClock } from '../../support/clock.js'
import { isOnFunctionCompute, type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

const FOR_EVER = 60_000

let patient: ProxyUnderTest
let committed: ProxyUnderTest
beforeAll(async () => {
  patient = await startProxy(PLAIN)
  committed = await startProxy({ ...PLAIN, FIRST_EVENT_PATIENCE_MS: '1' })
})
beforeEach(() => {
  reset(patient)
  reset(committed)
})
afterEach(startClock)
afterAll(async () => {
  await patient.close()
  await committed.close()
})

function reset({ simulator, logs }: ProxyUnderTest): void {
  simulator.reset()
  logs.length = 0
}

/** Waits until the first request at the simulator has ended, and returns it. */
async function ended({ simulator }: ProxyUnderTest): Promise<RecordedRequest> {
  await eventually(() => expect(simulator.requests[0]?.closedAt).toEqual(expect.any(Number)))
  return simulator.requests[0] as RecordedRequest // the cast is safe: the request has arrived
}

/**
 * Opens a connection and sends a raw request. The client reads nothing until `resume()` is called.
 */
async function connected({ origin }: ProxyUnderTest, body: object): Promise<Socket> {
  const text = JSON.stringify(body)
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.pause()
  await once(socket, 'connect')
  socket.write(
    `POST /v1${onApi().path} HTTP/1.1\r\nhost: proxy\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
  return socket
}

type Phase = readonly [
  name: string,
  isCommitted: boolean,
  isStream: boolean,
  behaviour: Behaviour,
  reached: 'upstream' | 'headers' | 'text',
]

const PHASES: readonly Phase[] = [
  ['before Gemini responds', false, false, { latencyMs: FOR_EVER }, 'upstream'],
  ['before the rest of a JSON answer', false, false, { firstChunkDelayMs: FOR_EVER }, 'upstream'],
  ['before the first byte of a stream', false, true, { latencyMs: FOR_EVER }, 'upstream'],
  ['before the first event of a stream', false, true, { firstChunkDelayMs: FOR_EVER }, 'upstream'],
  ['from a stream that is committed and silent before the headers of Gemini', true, true, { latencyMs: FOR_EVER }, 'headers'],
  ['from a stream that is committed and silent after them', true, true, { firstChunkDelayMs: FOR_EVER }, 'headers'],
  ['in the middle of a stream', false, true, { chunks: 10_000, chunkDelayMs: 5 }, 'text'],
  ['in the middle of a stalled stream', false, true, { fault: { kind: 'stall', when: { afterChunks: 2 } } }, 'text'],
]

describe('a client that disconnects', () => {
  test.each(PHASES)(
    '%s ends the upstream call at once and is logged as cancelled',
    async (...[, isCommitted, isStream, behaviour, reached]) => {
      const proxy = isCommitted ? committed : patient
      const controller = new AbortController()
      const answer = post(proxy, isStream ? streamed(behaviour) : chat(behaviour), { signal: controller.signal })
      const settled = answer.catch(() => undefined)
      await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
      if (reached !== 'upstream') expect((await answer).status).toBe(200)
      if (reached === 'text') await (await answer).body?.getReader().read()
      // With the clock stopped, the test fails if the proxy waits for a timer. The clock of another
      // process cannot be stopped.
      if (!isOnFunctionCompute) stopClock()
      controller.abort()
      await expect.poll(() => proxy.simulator.requests[0]?.aborted).toBe(true)
      await settled
      await expect.poll(() => proxy.logs.some(({ cancelled }) => cancelled === true)).toBe(true)
      expect(await chatLine(proxy)).toMatchObject({ status: 499, cancelled: true, stream: isStream, msg: 'cancelled' })
      expect(proxy.simulator).toMatchObject({ totalRequests: 1, abortedRequests: 1, openRequests: 0 })
    },
  )

  test('by closing only its half of the connection is treated as disconnected, too', async () => {
    const socket = await connected(patient, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
    await eventually(() => expect(patient.simulator.openRequests).toBe(1))
    socket.resume().end()
    expect((await ended(patient)).aborted).toBe(true)
    expect(await chatLine(patient)).toMatchObject({ status: 499, cancelled: true })
    socket.destroy()
  })

  test('before its request is complete leaves nothing behind', async () => {
    const socket = connect(Number(new URL(patient.origin).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      `POST /v1${onApi().path} HTTP/1.1\r\nhost: proxy\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"model":`,
    )
    await eventually(async () => expect(await inFlight(patient)).toBe(2))
    socket.destroy()
    await eventually(async () => expect(await inFlight(patient)).toBe(1))
    expect(patient.simulator.totalRequests).toBe(0)
    expect(await chatLine(patient)).toMatchObject({ status: 499, cancelled: true })
  })

  test('many times over leaves no request, stream or upstream call behind', async () => {
    await Promise.all(
      Array.from({ length: 60 }, async (_, place) => {
        const { behaviour, isStream } = [
          { behaviour: { latencyMs: FOR_EVER }, isStream: false },
          { behaviour: { latencyMs: FOR_EVER }, isStream: true },
          { behaviour: { chunks: 10_000, chunkDelayMs: 2 }, isStream: true },
        ][place % 3] ?? { behaviour: {}, isStream: false }
        const controller = new AbortController()
        const answer = post(patient, isStream ? streamed(behaviour) : chat(behaviour), { signal: controller.signal }).catch(() => undefined)
        setTimeout(() => controller.abort(), 20 + place)
        await (await answer)?.text().catch(() => undefined)
      }),
    )
    await eventually(() => expect(patient.simulator.openRequests).toBe(0))
    await eventually(async () => expect(await inFlight(patient)).toBe(1))
    const readMetrics = async () => (await fetch(`${patient.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
    await eventually(async () => expect(await readMetrics()).toContain('gemini_proxy_streams_in_flight 0\n'))
  })
})

/** Returns the number of requests in flight, including the one of this query. */
async function inFlight({ origin }: ProxyUnderTest): Promise<number> {
  // The cast is safe: each response is checked against the contract.
  return ((await (await fetch(`${origin}/health`)).json()) as { in_flight: number }).in_flight
}
