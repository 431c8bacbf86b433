import { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { queryObjects } from 'node:v8'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Behaviour, GoogleError } from '../../doubles/simulator/index.js'
import { type Body, eventually, post, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'

const FOR_EVER = 60_000
const AT_ONCE = 20
// The patience is long, because these tests only check that resources are released at all;
// leaving.test.ts checks how soon.
const PATIENCE_MS = 60_000
const LATER: GoogleError = {
  code: 429,
  message: 'Quota exceeded.',
  status: 'RESOURCE_EXHAUSTED',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '9s' }],
}

/** Requests whose clients disconnect in different phases, and requests that end otherwise. */
const REQUESTS: readonly (readonly [behaviour: Behaviour, more: Body])[] = [
  [{ latencyMs: FOR_EVER }, {}],
  [{ latencyMs: FOR_EVER }, { stream: false }],
  [{ latencyMs: FOR_EVER }, { n: 8 }],
  [{ firstChunkDelayMs: FOR_EVER }, {}],
  [{ firstChunkDelayMs: FOR_EVER }, { stream: false }],
  [{ error: LATER }, {}],
  [{ error: LATER }, { n: 4, stream: false }],
  [{ chunks: 10_000, chunkDelayMs: 2 }, {}],
  [{ chunks: 10_000, chunkDelayMs: 2 }, { n: 4 }],
  [{ chunks: 20_000 }, {}],
  [{ fault: { kind: 'stall', when: { afterChunks: 2 } } }, {}],
  [{ fault: { kind: 'reset', when: { afterChunks: 2 } }, chunkDelayMs: 5 }, {}],
  [{ error: 'unavailable' }, {}],
  [{ chunks: 5 }, {}],
]

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off', FIRST_EVENT_PATIENCE_MS: '20' }, { keepRequests: 0 })
})
afterAll(() => proxy.close())

/**
 * Sends each request of REQUESTS several times at once, disconnects, and waits for all to end.
 */
async function round(): Promise<void> {
  for (const [behaviour, more] of REQUESTS) {
    const controllers = Array.from({ length: AT_ONCE }, () => new AbortController())
    const answers = controllers.map(async ({ signal }) => {
      const answer = await post(proxy, streamed(behaviour, more), { signal }).catch(() => undefined)
      // Reads the response only once, so that some clients disconnect while the proxy waits for
      // them to read on.
      await answer?.body
        ?.getReader()
        .read()
        .catch(() => undefined)
    })
    await new Promise((resolve) => setTimeout(resolve, 60))
    for (const controller of controllers) controller.abort()
    await Promise.all(answers)
    await eventually(() => expect(proxy.simulator.openRequests).toBe(0), PATIENCE_MS)
  }
  await eventually(async () => expect(await (await fetch(`${proxy.origin}/health`)).json()).toMatchObject({ in_flight: 1 }), PATIENCE_MS)
  await leaveIdleConnections()
}

/**
 * Sends concurrent requests to the end, so that each round leaves the same number of idle
 * connections.
 */
async function leaveIdleConnections(): Promise<void> {
  const answers = Array.from({ length: AT_ONCE }, async () => (await post(proxy, streamed({ hold: 'before-headers' }))).text())
  await eventually(() => expect(proxy.simulator.openRequests).toBe(AT_ONCE), PATIENCE_MS)
  proxy.simulator.release(AT_ONCE)
  await Promise.all(answers)
}

/**
 * A class for `queryObjects`, which counts the objects with this prototype in their prototype
 * chain: all async generators.
 */
function AsyncGenerator(): void {}
AsyncGenerator.prototype = Object.getPrototypeOf(async function* () {}).prototype

const CLASSES = {
  AbortSignal,
  ServerResponse,
  Socket,
  AsyncGenerator,
  Timeout: setTimeout(() => undefined, 0).constructor,
} as const

/** The number of live objects of each class, after a garbage collection. */
const alive = (): Record<string, number> =>
  Object.fromEntries(
    Object.entries(CLASSES).map(([name, type]) => [name, queryObjects(type as new () => unknown, { format: 'count' }) ?? 0]),
  )

test('an idle connection retains nothing of its earlier requests', async () => {
  await leaveIdleConnections()
  await eventually(() => expect(alive().ServerResponse).toBeLessThan(AT_ONCE / 2), PATIENCE_MS)
})

test('hundreds of disconnected clients leave no signal, socket, timer or generator behind', async () => {
  await round()
  const before = alive()
  await round()
  await round()
  let after = alive()
  // Waits, because idle connections close later, above all on a busy machine. Only a leak stays
  // forever.
  for (let look = 0; look < 600 && Object.entries(after).some(([name, count]) => count >= (before[name] ?? 0) + 20); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    after = alive()
  }
  const growth = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  expect(growth.filter(([, more]) => more >= 20)).toEqual([])
})
