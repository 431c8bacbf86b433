import { Redis as Client } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../support/calls.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { ask, statuses } from './asking.js'

// How long the proxy waits for Redis: longer than a test takes, but less than a request's deadline.
const PATIENCE_MS = 300_000

let server: RedisServer
let client: Client
beforeAll(async () => {
  server = await startRedis()
  client = new Client(server.url)
})
afterAll(async () => {
  client.disconnect()
  await server.stop()
})

const open: ProxyUnderTest[] = []
/** Starts a proxy that waits for Redis longer than a test takes. */
const start = async (env: Record<string, string> = {}): Promise<ProxyUnderTest> => {
  const proxy = await startProxy({ RATE_LIMIT_RPM: '3', REDIS_URL: server.url, ...env }, {}, { redisTimeoutMs: PATIENCE_MS })
  open.push(proxy)
  // The first requests may be accepted without Redis, before the connection is established.
  await eventually(async () => expect((await ask(proxy.origin)).limit).toBe(env.RATE_LIMIT_RPM ?? '3'))
  await client.flushall()
  return proxy
}
afterEach(async () => {
  startClock()
  server.thaw()
  await Promise.all(open.splice(0).map((proxy) => proxy.close()))
})
const redisLines = ({ logs }: ProxyUnderTest) => logs.filter(({ msg }) => String(msg).startsWith('Redis'))

describe('a limit in Redis', () => {
  test('is shared by all instances', async () => {
    const [one, other] = [await start(), await start()]
    expect(await ask(one.origin)).toEqual({ status: 200, limit: '3', remaining: '2', reset: '60s', retryAfter: undefined })
    expect(await ask(other.origin)).toMatchObject({ status: 200, remaining: '1' })
    expect(await ask(one.origin)).toMatchObject({ status: 200, remaining: '0' })
    expect(await ask(other.origin)).toMatchObject({ status: 429, remaining: '0', retryAfter: expect.stringMatching(/^(60|5\d)$/) })
    expect(await ask(one.origin)).toMatchObject({ status: 429 })
  })

  test('holds for a hundred parallel requests to two instances', async () => {
    const origins = [(await start()).origin, (await start()).origin]
    const answers = await Promise.all(Array.from({ length: 100 }, (_, count) => ask(origins[count % 2] ?? '')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
  })

  test('is stored under a hash, and expires after a minute', async () => {
    const { origin } = await start({ AUTH_TOKEN: `${TOKEN},second-token-22` })
    await statuses(origin, 4)
    await statuses(origin, 1, { token: 'second-token-22' })
    const keys = await client.keys('*')
    expect(keys).toEqual([0, 1].map(() => expect.stringMatching(/^gemini-proxy:rate:[0-9a-f]{64}$/)))
    for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(55_000)
    expect((await Promise.all(keys.map((key) => client.get(key)))).sort()).toEqual(['1', '4'])
  })

  test('resets once its minute is over', async () => {
    const { origin } = await start()
    expect(await statuses(origin, 4)).toEqual([200, 200, 200, 429])
    const [key = ''] = await client.keys('*')
    await client.pexpire(key, 1)
    await eventually(async () => expect(await client.exists(key)).toBe(0))
    expect(await ask(origin)).toMatchObject({ status: 200, remaining: '2' })
  })
})

describe('an unavailable Redis', () => {
  test('that fails while running allows all requests, with one log line, and limits apply again once it is back', async () => {
    const own = await startRedis()
    const proxy = await startProxy({ RATE_LIMIT_RPM: '2', REDIS_URL: own.url }, {}, { redisTimeoutMs: PATIENCE_MS })
    open.push(proxy)
    await eventually(async () => expect((await ask(proxy.origin)).status).toBe(429))
    await own.stop()
    await eventually(() => expect(redisLines(proxy)).toHaveLength(1))
    expect(await statuses(proxy.origin, 10)).toEqual(Array(10).fill(200))
    expect(await ask(proxy.origin)).toMatchObject({ limit: undefined, remaining: undefined, reset: undefined })
    expect(redisLines(proxy)).toEqual([
      expect.objectContaining({ level: 40, msg: expect.stringMatching(/^Redis unavailable;.*without rate limits$/) }),
    ])
    expect(JSON.stringify(proxy.logs)).not.toContain(own.password)
    const again = await startRedis(own.port)
    await eventually(async () => expect((await ask(proxy.origin)).limit).toBe('2'))
    await eventually(async () => expect((await ask(proxy.origin)).status).toBe(429))
    expect(redisLines(proxy)).toHaveLength(2)
    await again.stop()
  })

  test('that was never available allows all requests', async () => {
    const proxy = await startProxy({ RATE_LIMIT_RPM: '1', REDIS_URL: 'redis://127.0.0.1:1' })
    open.push(proxy)
    expect(await statuses(proxy.origin, 5)).toEqual(Array(5).fill(200))
    expect(redisLines(proxy)).toHaveLength(1)
  })

  test('that does not reply allows all requests; only the first waits, for a short time', async () => {
    const proxy = await start()
    stopClock()
    server.freeze()
    const first = ask(proxy.origin)
    // Waits until the request has started two timers: its deadline, and its wait for Redis.
    await waitWithStoppedClock(() => vi.getTimerCount() >= 2)
    await advanceClock(PATIENCE_MS)
    expect(await first).toMatchObject({ status: 200 })
    // The clock is stopped: these requests could not finish if they waited for Redis.
    expect(await statuses(proxy.origin, 8)).toEqual(Array(8).fill(200))
    expect(redisLines(proxy)).toHaveLength(1)
  })

  test('does not disable authentication', async () => {
    const proxy = await startProxy({ RATE_LIMIT_RPM: '1', REDIS_URL: 'redis://127.0.0.1:1' })
    open.push(proxy)
    expect(await statuses(proxy.origin, 2, { token: null })).toEqual([401, 401])
  })
})

test('a client that disconnects while Redis does not reply releases its slot', async () => {
  const proxy = await start({ MAX_CONCURRENT_REQUESTS: '1', RATE_LIMIT_RPM: '10' })
  server.freeze()
  const gone = new AbortController()
  const leaving = fetch(`${proxy.baseUrl}/models`, { headers: { authorization: `Bearer ${TOKEN}` }, signal: gone.signal })
  const inFlight = async (): Promise<unknown> => (await fetch(`${proxy.origin}/health`)).json()
  await Promise.race([leaving, eventually(async () => expect(await inFlight()).toMatchObject({ in_flight: 2 }))])
  gone.abort()
  await expect(leaving).rejects.toThrow()
  await eventually(() => expect(proxy.logs.some(({ status }) => status === 499)).toBe(true))
  server.thaw()
  expect(await statuses(proxy.origin, 3)).toEqual([200, 200, 200])
})
