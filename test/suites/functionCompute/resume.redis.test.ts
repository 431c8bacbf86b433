import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeployedFunction, deploy } from '../../doubles/functionCompute/function.js'
import type { Instance } from '../../doubles/functionCompute/instance.js'
import { pause } from '../../doubles/functionCompute/ports.js'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, PLAIN, post } from '../../support/calls.js'
import { GEMINI_KEY, TOKEN } from '../../support/proxy.js'
import { type RedisServer, startRedis, waitForRedisLonger } from '../../support/redis.js'
import { startRelay } from '../../support/relay.js'
import { connect, countedDeltas, errorCodeOf, expectWhole, lastIdOf, type Seen, streamIdOf } from '../resume/client.js'

const DELTAS = countedDeltas(40)
/** Simulator behaviour: the stream pauses in the middle until the test releases it. */
const HELD = { deltas: DELTAS, chunkDelayMs: 5, hold: { afterChunks: 20 } }
// The length of a producer's lease, as in src/resume/redis/makeResumeStore.ts.
const LEASE_MS = 10_000
const TEXT = DELTAS.join('')
const ENDLESS = { chunks: 10_000, chunkDelayMs: 20 }

let simulator: Simulator
let redis: RedisServer
let deployed: DeployedFunction
let one: Instance
let other: Instance
let relay: Awaited<ReturnType<typeof startRelay>>

beforeAll(async () => {
  simulator = await startSimulator()
  redis = await startRedis()
})
afterAll(async () => {
  await redis.stop()
  await simulator.close()
})
beforeEach(async () => {
  simulator.reset()
  relay = await startRelay(redis.port)
  const url = new URL(redis.url)
  url.port = String(relay.port)
  const env = { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, GEMINI_BASE_URL: simulator.baseUrl, REDIS_URL: url.href, ...PLAIN }
  deployed = await deploy({ env: { ...env, STREAM_RESUME_TTL_SECONDS: '40' }, spec: { concurrency: 1 }, patch: waitForRedisLonger })
  // An instance takes one request at a time, so two concurrent requests start two instances.
  const answers = [0, 1].map(async () => (await post(deployed, chat({ hold: 'before-headers' }))).text())
  await expect.poll(() => simulator.openRequests).toBe(2)
  simulator.release(2)
  await Promise.all(answers)
  const [first, second] = deployed.fleet.instances
  if (first === undefined || second === undefined) throw new Error('there are not two instances')
  one = first
  other = second
  await frozen(one)
  await frozen(other)
  simulator.reset()
})
afterEach(async () => {
  await deployed.close()
  await relay.close()
})

const frozen = (instance: Instance) => expect.poll(() => instance.isFrozen()).toBe(true)

const to = (instance: Instance, asking: Parameters<typeof connect>[1], onOpen = (): void => undefined): Promise<Seen> => {
  deployed.fleet.prefer(instance)
  return connect({ origin: deployed.origin, onOpen }, asking)
}
/**
 * Starts a stream, disconnects after `cutAfter` events, and returns these. Later events in the same
 * read are dropped.
 */
const cut = async (instance: Instance, behaviour: Behaviour, cutAfter = 5): Promise<Seen> => {
  deployed.fleet.prefer(instance)
  const seen = await connect({ origin: deployed.origin, cutAfter }, { behaviour })
  return { ...seen, events: seen.events.slice(0, cutAfter) }
}
const release = (): void => simulator.release()

describe('a client that reconnects after its instance was frozen', () => {
  test('to the same instance gets the rest of the stream', async () => {
    const before = await cut(one, HELD)
    await frozen(one)
    const after = await to(one, { lastEventId: lastIdOf(before.events) }, release)
    expectWhole([...before.events, ...after.events], TEXT)
    expect(deployed.invocations.slice(-2).map(({ instance }) => instance?.id)).toEqual([one.id, one.id])
    expect(simulator.totalRequests).toBe(1)
  })

  test('to another instance gets the rest if the stream ended before the freeze', async () => {
    const whole = await to(one, { behaviour: { deltas: DELTAS } })
    await frozen(one)
    const after = await to(other, { lastEventId: whole.events[4]?.id })
    expect(after.events).toEqual(whole.events.slice(5))
    expect(deployed.invocations.at(-1)?.instance?.id).toBe(other.id)
  })

  test('to another instance gets the replicated events and one error event, and the first instance still has the rest', async () => {
    const before = await cut(one, HELD)
    await frozen(one)
    await redis.age(LEASE_MS)
    const elsewhere = await to(other, { lastEventId: lastIdOf(before.events) })
    expect(errorCodeOf(elsewhere.events)).toBe('stream_interrupted')
    const numbered = [...before.events, ...elsewhere.events].filter(({ id }) => id !== undefined)
    expect(numbered.map(({ id }) => id)).toEqual(numbered.map((_, place) => `${streamIdOf(numbered)}:${place + 1}`))
    const back = await to(one, { lastEventId: lastIdOf(numbered) }, release)
    expectWhole([...numbered, ...back.events], TEXT)
    expect(simulator.totalRequests).toBe(1)
  })

  test('gets the error event at once if the preStop hook has ended the first instance, not when the lease expires', async () => {
    const before = await cut(one, ENDLESS)
    await frozen(one)
    expect(await deployed.fleet.retire(one)).toBe(200)
    const startedAt = performance.now()
    const elsewhere = await to(other, { lastEventId: lastIdOf(before.events) })
    expect(errorCodeOf(elsewhere.events)).toBe('stream_interrupted')
    expect(performance.now() - startedAt).toBeLessThan(LEASE_MS - 2_000)
    expect(simulator.openRequests).toBe(0)
  })
})

test('a Redis connection that died during a freeze causes no failed request, and streams are shared again', async () => {
  relay.cut()
  await pause(100)
  const seen = await to(one, { behaviour: { deltas: DELTAS } })
  expectWhole(seen.events, TEXT)
  await expect
    .poll(async () => (await to(other, { lastEventId: lastIdOf((await to(one, { behaviour: { deltas: DELTAS } })).events) })).status)
    .toBe(200)
  expect([await deployed.unlogged(), deployed.findings]).toEqual([[], []])
})
