import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../../src/config/load.js'
import { Secret } from '../../../src/config/secret.js'
import { type KeyValueStore, makeMemoryKeyValueStore } from '../../../src/stores/keyValueStore.js'
import { type Redis, RedisConnection } from '../../../src/stores/redis.js'
import { RedisKeyValueStore } from '../../../src/stores/redisKeyValueStore.js'
import { sign, startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { eventually } from '../../support/calls.js'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type RedisServer, startRedis, waitForRedisLonger } from '../../support/redis.js'
import { copyServer } from '../../support/serverCopy.js'
import { DROPS, KEEPS, PLACEHOLDER, REWRITES, runAgent, STEPS, signaturesIn } from './agent.js'
import { EVERY_KIND, sentCalls } from './clients.js'

const TTL_MS = 6 * 3_600_000
// The patience is longer than any test takes, so that an instance never stops waiting for Redis on
// a busy machine.
const ENDLESS_PATIENCE_MS = 600_000

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

/**
 * The parts of one instance: a connection, a store on top of it, and the messages that it logged.
 */
interface Instance {
  readonly redis: Redis
  readonly store: KeyValueStore
  readonly reports: string[]
}

const open: Instance[] = []
function instance({ url } = server, patienceMs = ENDLESS_PATIENCE_MS): Instance {
  const reports: string[] = []
  const redis = new RedisConnection({
    url: new Secret(url),
    timeoutMs: patienceMs,
    onDown: (cause) => reports.push(`down: ${cause}`),
    onUp: () => reports.push('up'),
  })
  const memoryStore = makeMemoryKeyValueStore({ maxLength: 1_000_000, ttlMs: TTL_MS, elapsed: Date.now })
  const made = {
    redis,
    store: new RedisKeyValueStore({ redis, memoryStore, ttlMs: TTL_MS, kind: 'signature', mustConfirmWithRedis: false }),
    reports: reports,
  }
  open.push(made)
  return made
}
const keysOf = ({ redis }: Instance): Promise<string[] | undefined> => redis.runCommand((client) => client.keys('*'))
const found = async ({ store }: Instance, caller: string, ...ids: string[]) => Object.fromEntries(await store.get(caller, ids))

afterEach(async () => {
  startClock()
  server.thaw()
  await Promise.all(open.splice(0).map(({ redis }) => redis.close()))
  const sweeper = instance()
  await sweeper.redis.runCommand((client) => client.flushall())
  await sweeper.redis.close()
  open.length = 0
})

describe('signatures in Redis', () => {
  test('that one instance has stored are found by another', async () => {
    const [one, other] = [instance(), instance()]
    one.store.put('alice', 'call_1', 'S1')
    await eventually(async () => expect(await found(other, 'alice', 'call_1', 'call_2')).toEqual({ call_1: 'S1' }))
  })

  test('are not found with another caller', async () => {
    const [one, other] = [instance(), instance()]
    one.store.put('alice', 'call_1', 'S1')
    await eventually(async () => expect(await keysOf(other)).toHaveLength(1))
    expect(await found(other, 'bob', 'call_1')).toEqual({})
  })

  test('are stored under a hash of caller and id, and expire after six hours', async () => {
    const one = instance()
    one.store.put('alice', 'call_1', 'S1')
    await eventually(async () => expect(await keysOf(one)).toEqual([expect.stringMatching(/^gemini-proxy:2:signature:[0-9a-f]{64}$/)]))
    const [key = ''] = (await keysOf(one)) ?? []
    const left = (await one.redis.runCommand((client) => client.pttl(key))) ?? 0
    expect(left).toBeGreaterThan(TTL_MS - 60_000)
    expect(left).toBeLessThanOrEqual(TTL_MS)
  })

  test('are not found after they expire', async () => {
    const [one, other] = [instance(), instance()]
    one.store.put('alice', 'call_1', 'S1')
    await eventually(async () => expect(await keysOf(other)).toHaveLength(1))
    await server.age(TTL_MS)
    await eventually(async () => expect(await keysOf(other)).toEqual([]))
    expect(await found(other, 'alice', 'call_1')).toEqual({})
  })

  test('of a long history are requested in limited number, the newest first', async () => {
    const [one, other] = [instance(), instance()]
    const ids = Array.from({ length: 300 }, (_, at) => `call_${at}`)
    for (const id of ids) one.store.put('alice', id, 'S')
    await eventually(async () => expect(await keysOf(other)).toHaveLength(300))
    expect(Object.keys(await found(other, 'alice', ...ids))).toEqual(ids.slice(-256))
  })
})

describe('an unavailable Redis', () => {
  /**
   * Runs a function while the clock is stopped, so that the test times out if it waits for a timer.
   */
  const withoutWaiting = async (start: () => Promise<unknown>): Promise<void> => {
    stopClock()
    await start().finally(startClock)
  }

  test('from the start is logged once, delays no request, and does not affect what the instance itself stores', async () => {
    const one = instance({ ...server, url: 'redis://127.0.0.1:1' })
    one.store.put('alice', 'call_1', 'S1')
    await withoutWaiting(() => one.store.get('alice', ['call_2']))
    await eventually(() => expect(one.reports).toEqual([expect.stringContaining('ECONNREFUSED')]))
    await withoutWaiting(() => one.store.get('alice', ['call_3']))
    expect(await found(one, 'alice', 'call_1')).toEqual({ call_1: 'S1' })
    expect(one.reports).toHaveLength(1)
  })

  test('that does not reply is waited for until the timeout, and used again once it is back', async () => {
    const one = instance(server)
    await eventually(async () => expect(await keysOf(one)).toEqual([]))
    stopClock()
    server.freeze()
    const settled = vi.fn()
    const waiting = one.store.get('alice', ['call_1']).then(settled)
    await advanceClock(ENDLESS_PATIENCE_MS - 1)
    expect(settled).not.toHaveBeenCalled()
    await advanceClock(1)
    await waiting
    await one.store.get('alice', ['call_1'])
    server.thaw()
    await eventually(() => expect(one.reports).toEqual([`down: no reply from Redis within ${ENDLESS_PATIENCE_MS} ms`, 'up']))
    const other = instance()
    await eventually(async () => {
      one.store.put('alice', 'call_1', 'S1')
      expect(await found(other, 'alice', 'call_1')).toEqual({ call_1: 'S1' })
    })
  })

  test('that refuses writes is logged once, and tried again until it accepts', async () => {
    const [one, other] = [instance(), instance()]
    const limit = (bytes: number) => other.redis.runCommand((client) => client.config('SET', 'maxmemory', bytes))
    expect(await limit(1)).toBe('OK')
    one.store.put('alice', 'call_1', 'S1')
    one.store.put('alice', 'call_2', 'S2')
    await eventually(() => expect(one.reports).toEqual([expect.stringContaining('OOM')]))
    expect(await limit(0)).toBe('OK')
    one.store.put('alice', 'call_3', 'S3')
    await eventually(async () => expect(await found(other, 'alice', 'call_1', 'call_3')).toEqual({ call_3: 'S3' }))
    await eventually(() => expect(one.reports).toEqual([expect.stringContaining('OOM'), 'up']))
  })

  test('with a wrong password is logged once, without the password', async () => {
    const one = instance({ ...server, url: `redis://:wrong-secret-9@127.0.0.1:${server.port}` })
    await eventually(() => expect(one.reports).toHaveLength(1))
    expect(await found(one, 'alice', 'call_1')).toEqual({})
    expect(one.reports.join()).not.toContain('wrong-secret-9')
  })

  test('with an invalid URL is logged once', async () => {
    const one = instance({ ...server, url: 'redis://:%zz@127.0.0.1' })
    await eventually(() => expect(one.reports).toHaveLength(1))
    expect(await found(one, 'alice', 'call_1')).toEqual({})
    expect(one.reports.join()).not.toContain('%zz')
  })
})

describe('agents whose turns reach different instances that share a Redis', () => {
  let proxies: [ProxyUnderTest, ProxyUnderTest]
  beforeAll(async () => {
    const start = () => startProxy({ REDIS_URL: server.url }, {}, { redisTimeoutMs: ENDLESS_PATIENCE_MS })
    proxies = [await start(), await start()]
  })
  beforeEach(() => {
    for (const { simulator } of proxies) simulator.reset()
  })
  afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())))

  test.each(
    [KEEPS, DROPS, REWRITES].flatMap((client) =>
      [false, true].flatMap((isStream) => [1, 3].map((parallel) => ({ client, isStream, parallel, kind: client.name }))),
    ),
  )('are never refused: $kind, stream $isStream, $parallel at once', async ({ client, isStream, parallel }) => {
    const run = await runAgent({ model: 'gemini-3.8-flash', client, isStream, parallel, proxies })
    expect(run.steps).toBe(STEPS)
    const lost = signaturesIn(proxies[0]).filter((signature) => signature === PLACEHOLDER).length
    expect(lost).toBe(client === REWRITES ? STEPS : 0)
  })
})

describe('conversations whose turns reach different instances that share a Redis', () => {
  test.each(EVERY_KIND)('keep calls with the same Gemini id apart: $name', async ({ start }) => {
    const begin = () => startProxy({ REDIS_URL: server.url }, {}, { redisTimeoutMs: ENDLESS_PATIENCE_MS })
    const [one, other] = [await begin(), await begin()]
    const signatures = [sign('a'), sign('a')]
    const clients = [start(one), start(one)]
    for (const [index, client] of clients.entries())
      await client.ask({ steps: [[{ name: 'a', id: 'call_20038', signature: signatures[index] ?? null }]] })
    const reader = instance()
    // Polls, because an instance can respond before it has connected to Redis.
    await eventually(async () => expect((await keysOf(reader))?.filter((key) => key.startsWith('gemini-proxy:2:call:'))).toHaveLength(2))
    for (const [index, client] of clients.entries()) {
      await client.sendResults(other)
      expect(sentCalls(other)).toMatchObject([{ id: 'call_20038', resultId: 'call_20038', signature: signatures[index] }])
    }
    await Promise.all([one.close(), other.close()])
  })
})

describe('the built server with REDIS_URL', () => {
  test('shares signatures between its processes', async () => {
    const simulator = await startSimulator()
    const env = { GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, REDIS_URL: server.url }
    const patient = copyServer(waitForRedisLonger)
    const bundles = [await startBundle(env, patient.path), await startBundle(env, patient.path)]
    const proxies = bundles.map(({ address }) => ({ baseUrl: `${address}/v1` }))
    const run = await runAgent({ model: 'gemini-3.8-flash', client: DROPS, isStream: true, parallel: 2, proxies })
    expect(run.steps).toBe(STEPS)
    expect(signaturesIn({ simulator })).not.toContain(PLACEHOLDER)
    expect(await Promise.all(bundles.map((bundle) => bundle.stop()))).toEqual([0, 0].map((code) => ({ code, signal: null })))
    expect(bundles.map((bundle) => bundle.output()).join()).not.toContain(server.password)
    await simulator.close()
    patient.remove()
  })
})

describe('a service with REDIS_URL', () => {
  test('continues if Redis fails between turns, with one log line without the password', async () => {
    const own = await startRedis()
    const proxy = await startProxy({ REDIS_URL: own.url }, {}, { redisTimeoutMs: ENDLESS_PATIENCE_MS })
    const loop = { model: 'gemini-3.8-flash', client: DROPS, isStream: true, parallel: 1, proxies: [proxy] }
    await runAgent(loop)
    await own.stop()
    expect((await runAgent(loop)).steps).toBe(STEPS)
    const lines = proxy.logs.filter(({ msg }) => String(msg).startsWith('Redis'))
    expect(lines).toEqual([expect.objectContaining({ level: 40, cause: expect.any(String) })])
    expect(JSON.stringify(proxy.logs)).not.toContain(own.password)
    await proxy.close()
  })

  test('starts and answers if Redis was never available', async () => {
    const proxy = await startProxy({ REDIS_URL: 'redis://127.0.0.1:1' })
    expect((await runAgent({ model: 'gemini-3.8-flash', client: DROPS, isStream: false, parallel: 1, proxies: [proxy] })).steps).toBe(STEPS)
    expect(signaturesIn(proxy)).not.toContain(PLACEHOLDER)
    await proxy.close()
  })

  test('closes all its connections', async () => {
    const own = await startRedis()
    const proxy = await startProxy({ REDIS_URL: own.url }, {}, { redisTimeoutMs: ENDLESS_PATIENCE_MS })
    await runAgent({ model: 'gemini-3.8-flash', client: DROPS, isStream: false, parallel: 1, proxies: [proxy] })
    expect(await clientsOf(own)).toBe(2)
    await proxy.close()
    await eventually(async () => expect(await clientsOf(own)).toBe(1))
    await own.stop()
  })

  test('with another protocol is refused at startup, without its password', () => {
    const load = () => loadConfig({ GEMINI_API_KEY: 'key', REDIS_URL: 'http://:secret-1@host' })
    expect(load).toThrow('REDIS_URL must be a URL that starts with redis:// or rediss://.')
    expect(load).not.toThrow(/secret-1/)
    expect(JSON.stringify(loadConfig({ GEMINI_API_KEY: 'key', REDIS_URL: 'rediss://:secret-1@host' }))).not.toContain('secret-1')
  })
})

/** Returns the number of connections to a Redis server, including the one of this query. */
const clientsOf = ({ port, password }: RedisServer): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.once('error', reject)
    socket.on('data', (piece) => {
      text += piece.toString()
      const count = /connected_clients:(\d+)/.exec(text)?.[1]
      if (count === undefined) return
      socket.destroy()
      resolve(Number(count))
    })
    socket.write(`AUTH ${password}\r\nINFO clients\r\n`)
  })
