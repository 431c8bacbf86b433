import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeployedFunction, deploy } from '../../doubles/functionCompute/function.js'
import type { Instance } from '../../doubles/functionCompute/instance.js'
import { pause } from '../../doubles/functionCompute/ports.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, PLAIN, post } from '../../support/calls.js'
import { GEMINI_KEY, TOKEN } from '../../support/proxy.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { startRelay } from '../../support/relay.js'
import { connect, countedDeltas, errorCodeOf, expectWhole, lastIdOf, type Seen, streamIdOf } from '../resume/client.js'

const DELTAS = countedDeltas(40)
const PACED = { deltas: DELTAS, chunkDelayMs: 20 }
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
  // The lease of a producer is half of the time to live.
  deployed = await deploy({ env: { ...env, STREAM_RESUME_TTL_SECONDS: '4' }, spec: { concurrency: 1 } })
  // Two at once make two instances, where one takes only one.
  await Promise.all([0, 1].map(async () => (await post(deployed, chat({ latencyMs: 200 }))).text()))
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

const to = (instance: Instance, asking: Parameters<typeof connect>[1], cutAfter?: number): Promise<Seen> => {
  deployed.fleet.prefer(instance)
  return connect({ origin: deployed.origin, ...(cutAfter === undefined ? {} : { cutAfter }) }, asking)
}

describe('a client that leaves, whose instance is frozen, and that comes back', () => {
  test('to the same instance gets the rest', async () => {
    const before = await to(one, { behaviour: PACED }, 5)
    await frozen(one)
    const after = await to(one, { lastEventId: lastIdOf(before.events) })
    expectWhole([...before.events, ...after.events], TEXT)
    expect(deployed.invocations.slice(-2).map(({ instance }) => instance?.id)).toEqual([one.id, one.id])
    expect(simulator.totalRequests).toBe(1)
  })

  test('to another instance, when the stream had ended before the freeze, gets the rest', async () => {
    const whole = await to(one, { behaviour: PACED })
    await frozen(one)
    const after = await to(other, { lastEventId: whole.events[4]?.id })
    expect(after.events).toEqual(whole.events.slice(5))
    expect(deployed.invocations.at(-1)?.instance?.id).toBe(other.id)
  })

  test('to another instance gets what was copied and one error event, without a gap; the first one still has the rest', async () => {
    const before = await to(one, { behaviour: PACED }, 5)
    await frozen(one)
    const elsewhere = await to(other, { lastEventId: lastIdOf(before.events) })
    expect(errorCodeOf(elsewhere.events)).toBe('stream_interrupted')
    const numbered = [...before.events, ...elsewhere.events].filter(({ id }) => id !== undefined)
    expect(numbered.map(({ id }) => id)).toEqual(numbered.map((_, place) => `${streamIdOf(numbered)}:${place + 1}`))
    const back = await to(one, { lastEventId: lastIdOf(numbered) })
    expectWhole([...numbered, ...back.events], TEXT)
    expect(simulator.totalRequests).toBe(1)
  })

  test('after the hook has ended the first one is told so at once, not when its lease runs out', async () => {
    const before = await to(one, { behaviour: ENDLESS }, 5)
    await frozen(one)
    expect(await deployed.fleet.retire(one)).toBe(200)
    const startedAt = performance.now()
    const elsewhere = await to(other, { lastEventId: lastIdOf(before.events) })
    expect(errorCodeOf(elsewhere.events)).toBe('stream_interrupted')
    expect(performance.now() - startedAt).toBeLessThan(1_900)
    expect(simulator.openRequests).toBe(0)
  })
})

test('a connection to Redis that has died during a freeze costs no request its answer, and streams are shared again', async () => {
  relay.cut()
  await pause(100)
  const seen = await to(one, { behaviour: PACED })
  expectWhole(seen.events, TEXT)
  await expect.poll(async () => (await to(other, { lastEventId: lastIdOf((await to(one, { behaviour: PACED })).events) })).status).toBe(200)
  expect([await deployed.unlogged(), deployed.findings]).toEqual([[], []])
})
