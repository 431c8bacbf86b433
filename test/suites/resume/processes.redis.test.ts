import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Behaviour, type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { eventually } from '../../support/calls.js'
import { TOKEN } from '../../support/proxy.js'
import { type RedisServer, startRedis, waitForRedisLonger } from '../../support/redis.js'
import { copyServer } from '../../support/serverCopy.js'
import { connect, countedDeltas, errorCodeOf, expectWhole, lastIdOf, type Seen, type SeenEvent, streamIdOf } from './client.js'

const DELTAS = countedDeltas(60)
const TEXT = DELTAS.join('')
/** Simulator behaviour: the stream pauses in the middle until the test releases it. */
const HELD: Behaviour = { deltas: DELTAS, hold: { afterChunks: 30 } }
const ENDLESS: Behaviour = { chunks: 10_000, chunkDelayMs: 20 }
const TTL_SECONDS = '40'
// The length of a producer's lease, as in src/resume/redis/makeResumeStore.ts.
const LEASE_MS = 10_000

let simulator: Simulator
let server: RedisServer
const patient = copyServer(waitForRedisLonger)
const running: Bundle[] = []
beforeAll(async () => {
  simulator = await startSimulator()
  server = await startRedis()
})
afterEach(() => {
  for (const { process: child } of running.splice(0)) child.kill('SIGKILL')
  simulator.reset()
})
afterAll(async () => {
  await server.stop()
  await simulator.close()
  patient.remove()
})

async function start(env: Record<string, string> = { REDIS_URL: server.url }): Promise<Bundle> {
  const common = { GEMINI_API_KEY: 'key-of-the-test', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, THOUGHTS: 'off' }
  const bundle = await startBundle({ ...common, STREAM_RESUME_TTL_SECONDS: TTL_SECONDS, ...env }, patient.path)
  running.push(bundle)
  return bundle
}

const read = (bundle: Bundle, lastEventId: string | undefined, onEvents?: (events: readonly SeenEvent[]) => void): Promise<Seen> =>
  connect({ origin: bundle.address, ...(onEvents === undefined ? {} : { onEvents }) }, { lastEventId })
/**
 * Starts a stream, disconnects after `cutAfter` events, and returns these. Later events in the same
 * read are dropped.
 */
async function cut(bundle: Bundle, behaviour: Behaviour, cutAfter = 5): Promise<Seen> {
  const seen = await connect({ origin: bundle.address, cutAfter }, { behaviour })
  return { ...seen, events: seen.events.slice(0, cutAfter) }
}

/**
 * Expects that the events follow one another without a gap or a repeat. The last one may be an
 * error of the connection, which has no id.
 */
function expectNoGap(...parts: readonly (readonly SeenEvent[])[]): void {
  const events = parts.flat()
  const numbered = events.filter(({ id }) => id !== undefined)
  expect(numbered.map(({ id }) => id)).toEqual(numbered.map((_, place) => `${streamIdOf(events)}:${place + 1}`))
  expect(numbered.length).toBeGreaterThanOrEqual(events.length - 1)
}

/**
 * Begins to read a stream, and waits for the first event.
 *
 * @returns the promise of all events, in an array, so that `await` does not wait for it
 */
async function reading(bundle: Bundle, lastEventId: string | undefined): Promise<Promise<Seen>[]> {
  let count = 0
  const seen = read(bundle, lastEventId, ({ length }) => {
    count = length
  })
  await eventually(() => expect(count).toBeGreaterThan(0))
  return [seen]
}

describe('SIGTERM to the generating instance', () => {
  test('ends the stream after the grace period with one error event for each reader, on any instance', async () => {
    const [one, other] = [await start({ REDIS_URL: server.url, SHUTDOWN_GRACE_MS: '100' }), await start()]
    const before = await cut(one, ENDLESS)
    const [here] = await reading(one, lastIdOf(before.events))
    const [there] = await reading(other, lastIdOf(before.events))
    expect(await one.stop()).toEqual({ code: 0, signal: null })
    const [ofOne, ofOther] = [await here, await there]
    expect(errorCodeOf(ofOne?.events ?? [])).toBe('shutting_down')
    expect(errorCodeOf(ofOther?.events ?? [])).toBe('stream_interrupted')
    expectNoGap(before.events, ofOne?.events ?? [])
    expectNoGap(before.events, ofOther?.events ?? [])
    const again = await read(other, lastIdOf(ofOne?.events ?? []))
    expectNoGap(before.events, ofOne?.events.slice(0, -1) ?? [], again.events)
    expect(errorCodeOf(again.events)).toBe('stream_interrupted')
    expect(simulator.openRequests).toBe(0)
  })

  test('lets the stream end within the grace period; other instances serve it meanwhile', async () => {
    const [one, other] = [await start(), await start()]
    const before = await cut(one, HELD)
    const [here] = await reading(one, lastIdOf(before.events))
    const stopped = one.stop()
    await eventually(() => expect(one.log().some(({ msg }) => msg === 'draining')).toBe(true))
    expect(await read(one, lastIdOf(before.events)).catch(() => 'refused')).not.toMatchObject({ status: 200 })
    const [there] = await reading(other, lastIdOf(before.events))
    simulator.release()
    expectWhole([...before.events, ...((await there)?.events ?? [])], TEXT)
    expectWhole([...before.events, ...((await here)?.events ?? [])], TEXT)
    expect(await stopped).toEqual({ code: 0, signal: null })
    expect(simulator.totalRequests).toBe(1)
  })

  test('does not wait for a generation whose client has disconnected; clients that reconnect get an error event', async () => {
    const [one, other] = [await start(), await start()]
    const before = await cut(one, ENDLESS)
    const startedAt = performance.now()
    expect(await one.stop()).toEqual({ code: 0, signal: null })
    // The instance must exit before SHUTDOWN_GRACE_MS, which is ten seconds, has passed.
    expect(performance.now() - startedAt).toBeLessThan(8_000)
    const after = await read(other, lastIdOf(before.events))
    expectNoGap(before.events, after.events)
    expect(errorCodeOf(after.events)).toBe('stream_interrupted')
  })
})

test('if the generating instance dies, the replay ends with one error event', async () => {
  const [one, other] = [await start(), await start()]
  const before = await cut(one, ENDLESS)
  const [there] = await reading(other, lastIdOf(before.events))
  one.process.kill('SIGKILL')
  await server.age(LEASE_MS)
  const seen = await there
  expect(errorCodeOf(seen?.events ?? [])).toBe('stream_interrupted')
  expectNoGap(before.events, seen?.events ?? [])
  expect(seen?.events.some(({ data }) => data === '[DONE]')).toBe(false)
})

describe('an instance that was frozen after its client disconnected', () => {
  test('and continues with the reconnect sends the stored events and the live rest', async () => {
    const one = await start({})
    const before = await cut(one, HELD)
    one.process.kill('SIGSTOP')
    const after = read(one, lastIdOf(before.events))
    simulator.release()
    await eventually(() => expect(simulator.finishedRequests).toBe(1))
    one.process.kill('SIGCONT')
    expectWhole([...before.events, ...(await after).events], TEXT)
    expect(simulator.totalRequests).toBe(1)
  })

  test('for longer than the time to live of a stream no longer finds it', async () => {
    const one = await start({ STREAM_RESUME_TTL_SECONDS: '1' })
    const before = await cut(one, ENDLESS)
    // Waits for the log line of the request: Function Compute freezes an instance only after that.
    await eventually(() => expect(one.log().some(({ cancelled }) => cancelled === true)).toBe(true))
    // Just after the log line, the proxy releases the stream's reader: once this request has a
    // response, it has done so.
    expect((await fetch(`${one.address}/health/live`)).status).toBe(200)
    one.process.kill('SIGSTOP')
    const startedAt = performance.now()
    await eventually(() => expect(performance.now() - startedAt).toBeGreaterThan(1_200))
    one.process.kill('SIGCONT')
    const after = await connect({ origin: one.address, cutAfter: 1 }, { lastEventId: lastIdOf(before.events) })
    expect(after).toMatchObject({ status: 404, json: { error: { code: 'stream_not_found' } } })
    await eventually(() => expect(simulator.openRequests).toBe(0))
  })

  test('is reported elsewhere by an error event without a gap, even once it continues', async () => {
    const [one, other] = [await start(), await start()]
    const before = await cut(one, HELD)
    await reading(other, lastIdOf(before.events))
    one.process.kill('SIGSTOP')
    await server.age(LEASE_MS)
    const elsewhere = await read(other, lastIdOf(before.events))
    expectNoGap(before.events, elsewhere.events)
    expect(errorCodeOf(elsewhere.events)).toBe('stream_interrupted')
    simulator.release()
    one.process.kill('SIGCONT')
    const back = await read(one, lastIdOf([...before.events, ...elsewhere.events]))
    expect(back.status).toBe(200)
    expectWhole([...before.events, ...elsewhere.events.slice(0, -1), ...back.events], TEXT)
    const there = await read(other, lastIdOf(before.events))
    expect(there).toEqual(elsewhere)
    expect(simulator.totalRequests).toBe(1)
  })
})

describe('Redis that restarts during a stream, and has lost it', () => {
  test('does not affect the generating instance; another one has the whole stream again after its next event', async () => {
    const own = await startRedis()
    const [one, other] = [await start({ REDIS_URL: own.url }), await start({ REDIS_URL: own.url })]
    const before = await cut(one, HELD)
    const [here] = await reading(one, lastIdOf(before.events))
    await own.stop()
    expect(await read(other, lastIdOf(before.events))).toMatchObject({ status: 503, json: { error: { code: 'server_overloaded' } } })
    const again = await startRedis(own.port)
    simulator.release()
    let there: Seen | undefined
    await eventually(async () => {
      there = await read(other, lastIdOf(before.events))
      expect(there.status).toBe(200)
    })
    expectWhole([...before.events, ...(there?.events ?? [])], TEXT)
    expectWhole([...before.events, ...((await here)?.events ?? [])], TEXT)
    expect(simulator.totalRequests).toBe(1)
    await again.stop()
  })

  test('and stays unavailable leaves the stream to the generating instance, with one log line', async () => {
    const own = await startRedis()
    const one = await start({ REDIS_URL: own.url })
    const before = await cut(one, HELD)
    await own.stop()
    const after = await connect({ origin: one.address, onOpen: () => simulator.release() }, { lastEventId: lastIdOf(before.events) })
    expectWhole([...before.events, ...after.events], TEXT)
    await eventually(() => expect(one.log().filter(({ msg }) => String(msg).startsWith('Redis'))).toHaveLength(1))
    const next = await connect({ origin: one.address }, { behaviour: { deltas: DELTAS } })
    expectWhole(next.events, TEXT)
  })
})
