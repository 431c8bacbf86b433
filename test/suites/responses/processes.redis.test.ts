import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { eventually } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { TOKEN } from '../../support/proxy.js'
import { type RedisServer, startRedis, waitForRedisLonger } from '../../support/redis.js'
import { copyServer } from '../../support/serverCopy.js'
import { begin, type Part, restOf } from './broken.js'

/** Simulator behaviour: the stream pauses in the middle until the test releases it. */
const HELD = { chunks: 60, hold: { afterChunks: 30 } }
// The length of a producer's lease, as in src/resume/redis/makeResumeStore.ts.
const LEASE_MS = 10_000
const ENDLESS = { chunks: 10_000, chunkDelayMs: 20 }
const ENDS = ['response.completed', 'response.incomplete', 'response.failed', 'error']
const OUT_OF_REACH = { error: { code: 'server_overloaded', type: 'server_error', param: null } }

let simulator: Simulator
let server: RedisServer
const patient = copyServer(waitForRedisLonger)
const running: Bundle[] = []
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(async () => {
  server = await startRedis()
})
afterEach(async () => {
  for (const { process: child } of running.splice(0)) child.kill('SIGKILL')
  simulator.reset()
  await server.stop()
})
afterAll(async () => {
  await simulator.close()
  patient.remove()
})

async function start(): Promise<Bundle> {
  const env = {
    GEMINI_API_KEY: 'key-of-the-test',
    GEMINI_BASE_URL: simulator.baseUrl,
    AUTH_TOKEN: TOKEN,
    THOUGHTS: 'off',
    STREAM_RESUME_TTL_SECONDS: '40',
    REDIS_URL: server.url,
  }
  const bundle = await startBundle(env, patient.path)
  running.push(bundle)
  return bundle
}

/** Expects that the parts of a stream join without a gap or a repeat, and have one end. */
function expectOneEnd(parts: readonly Part[], end: string): void {
  const events = parts.flatMap((part) => part.events)
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, place) => place))
  expect(events.filter(({ type }) => ENDS.includes(type)).map(({ type }) => type)).toEqual([end])
  expect(events.at(-1)?.type).toBe(end)
}

/** Waits until `other` finds a response of `one`: then both are connected to Redis. */
const sharing = (one: Bundle, other: Bundle): Promise<void> =>
  eventually(async () => {
    const { id } = await begin(one.address, {})
    expect((await call(other.address, { path: `/v1/responses/${id}` })).status).toBe(200)
  })

/** Begins to read the rest of a stream, and waits for its first event. */
async function reading({ address }: Bundle, before: Part): Promise<{ readonly seen: Promise<Part> }> {
  let count = 0
  const onEvent = (): void => {
    count += 1
  }
  const seen = restOf(address, before, { onEvent })
  await eventually(() => expect(count).toBeGreaterThan(0))
  return { seen }
}

describe('the instance that generates a response', () => {
  test('and dies: the replay on another instance ends with one error event, numbered consecutively', async () => {
    const [one, other] = [await start(), await start()]
    const before = await begin(one.address, ENDLESS, { cutAfter: 8 })
    const { seen } = await reading(other, before)
    one.process.kill('SIGKILL')
    await server.age(LEASE_MS)
    const after = await seen
    expectOneEnd([before, after], 'error')
    expect(after.events.at(-1)).toMatchObject({ type: 'error', code: 'stream_interrupted', param: null })
    const later = await restOf(other.address, before)
    expect(later.events).toEqual(after.events)
    const object = await call(other.address, { path: `/v1/responses/${before.id}` })
    expect(object.json).toMatchObject({ id: before.id, status: 'failed', error: { code: 'server_error', reason: 'stream_interrupted' } })
  })

  test('and freezes once its client has read the end: other instances have the complete stream and object', async () => {
    const [one, other] = [await start(), await start()]
    await sharing(one, other)
    for (let turn = 0; turn < 3; turn += 1) {
      const end = 'response.completed'
      const freeze = ({ type }: { readonly type: string }) => type === end && one.process.kill('SIGSTOP')
      // The frozen instance may never send the end of the body, so the client leaves at the last
      // event.
      const whole = await begin(one.address, { text: `turn ${turn}` }, { onEvent: freeze, cutAt: end })
      const after = await restOf(other.address, { ...whole, events: whole.events.slice(0, 3) })
      const object = await call(other.address, { path: `/v1/responses/${whole.id}` })
      one.process.kill('SIGCONT')
      expect(after.events).toEqual(whole.events.slice(3))
      expect(object.json).toMatchObject({ status: 'completed' })
    }
  })
})

describe('Redis', () => {
  test('that restarts and loses a response while it is generated does not affect it; meanwhile other instances report the store as unavailable', async () => {
    const [one, other] = [await start(), await start()]
    const before = await begin(one.address, HELD, { cutAfter: 5 })
    const { seen } = await reading(one, before)
    await server.stop()
    for (const ask of [
      { path: `/v1/responses/${before.id}?stream=true&starting_after=3` },
      { path: `/v1/responses/${before.id}` },
      { path: `/v1/responses/${before.id}`, method: 'DELETE' },
      { path: '/v1/responses', body: { model: 'gemini-3.5-flash', input: 'x', previous_response_id: before.id } },
    ]) {
      const answer = await call(other.address, ask)
      expect([answer.status, answer.headers['retry-after'], answer.json]).toMatchObject([503, '1', OUT_OF_REACH])
    }
    server = await startRedis(server.port)
    simulator.release()
    let there: Part | undefined
    await eventually(async () => {
      there = await restOf(other.address, before)
      expect(there.status).toBe(200)
    })
    // The cast is safe: the code above has assigned `there`.
    expectOneEnd([before, there as Part], 'response.completed')
    expectOneEnd([before, await seen], 'response.completed')
    expect(simulator.totalRequests).toBe(1)
  })

  test('that stays unavailable leaves responses to the instance that generated them', async () => {
    const one = await start()
    const before = await begin(one.address, HELD, { cutAfter: 5 })
    await server.stop()
    expectOneEnd([before, await restOf(one.address, before, { onOpen: () => simulator.release() })], 'response.completed')
    expect((await call(one.address, { path: `/v1/responses/${before.id}` })).json).toMatchObject({ status: 'completed' })
    const next = { model: 'gemini-3.5-flash', input: 'x', previous_response_id: before.id }
    expect((await call(one.address, { path: '/v1/responses', body: next })).status).toBe(200)
    await eventually(() => expect(one.log().filter(({ msg }) => String(msg).startsWith('Redis'))).toHaveLength(1))
  })
})
