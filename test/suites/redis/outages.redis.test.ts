import { Redis as Client } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../support/calls.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { call, chat } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type RedisServer, startRedis } from '../../support/redis.js'

const LOST = 'Redis unavailable; falling back to in-memory state, without rate limits'
const BACK = 'Redis available again'

// How long the proxy waits for Redis: longer than a test takes, but less than a request's deadline.
const PATIENCE_MS = 300_000

let server: RedisServer
let client: Client
let proxy: ProxyUnderTest
const start = async (): Promise<void> => {
  const env = { REDIS_URL: server.url, RATE_LIMIT_RPM: '100000', MAX_RETRIES: '0', THOUGHTS: 'off' }
  proxy = await startProxy(env, {}, { redisTimeoutMs: PATIENCE_MS })
  await eventually(async () => expect(await isLimited()).toBe(true))
}
beforeEach(async () => {
  server = await startRedis()
  client = new Client(server.url, { lazyConnect: true }).on('error', () => undefined)
})
afterEach(async () => {
  startClock()
  client.disconnect()
  server.thaw()
  await proxy.close()
  await server.stop()
})

const isLimited = async (): Promise<boolean> =>
  (await call(proxy.origin, { path: '/v1/models' })).headers['x-ratelimit-limit-requests'] !== undefined
/** Returns the log messages about Redis. */
const lines = (): unknown[] => proxy.logs.filter(({ msg }) => String(msg).startsWith('Redis')).map(({ msg }) => msg)
const causes = (): unknown[] => proxy.logs.flatMap(({ msg, cause }) => (msg === LOST ? [cause] : []))
const logged = (...expected: string[]): Promise<void> => eventually(() => expect(lines()).toEqual(expected))

type Change = () => Promise<unknown>
/**
 * Causes for which Redis refuses the rate limit script: a name, the error, and functions that start
 * and end the cause.
 */
const REFUSALS: readonly (readonly [string, RegExp, Change, Change])[] = [
  ['lack of memory', /^OOM/, () => client.config('SET', 'maxmemory', '1'), () => client.config('SET', 'maxmemory', '0')],
  ['a replica', /^READONLY/, () => client.replicaof('127.0.0.1', 1), () => client.replicaof('NO', 'ONE')],
  ['permissions', /^NOPERM/, () => client.acl('SETUSER', 'default', '-eval'), () => client.acl('SETUSER', 'default', '+eval')],
  [
    'too few replicas',
    /^NOREPLICAS/,
    () => client.config('SET', 'min-replicas-to-write', '1'),
    () => client.config('SET', 'min-replicas-to-write', '0'),
  ],
]

describe.each(REFUSALS)('refusals by Redis for %s', (_, cause, refuse, accept) => {
  test('are logged once, and so is their end', async () => {
    await start()
    for (let count = 1; count <= 2; count += 1) {
      await refuse()
      for (let request = 0; request < 3; request += 1) expect(await isLimited()).toBe(false)
      await accept()
      for (let request = 0; request < 3; request += 1) expect(await isLimited()).toBe(true)
      await logged(...Array.from({ length: count }, () => [LOST, BACK]).flat())
    }
    for (const each of causes()) expect(each).toMatch(cause)
  })

  test('do not hide an outage after they end', async () => {
    await start()
    await refuse()
    await isLimited()
    await accept()
    expect(await isLimited()).toBe(true)
    await logged(LOST, BACK)
    await server.stop()
    await logged(LOST, BACK, LOST)
    expect(await isLimited()).toBe(false)
    server = await startRedis(server.port)
    await logged(LOST, BACK, LOST, BACK)
    await eventually(async () => expect(await isLimited()).toBe(true))
  })

  test('do not hide an outage while they last', async () => {
    await start()
    await refuse()
    expect(await isLimited()).toBe(false)
    await logged(LOST)
    await server.stop()
    await logged(LOST, LOST)
    server = await startRedis(server.port)
    await logged(LOST, LOST, BACK)
  })
})

test('successful reads do not end the refusal of writes', async () => {
  await start()
  await client.config('SET', 'maxmemory', '1')
  for (let request = 0; request < 4; request += 1) {
    const next = { model: 'gemini-3.5-flash', input: 'x', previous_response_id: `resp_${'0'.repeat(32)}` }
    expect((await call(proxy.origin, { method: 'POST', path: '/v1/responses', body: next })).status).toBe(404)
  }
  await logged(LOST)
})

test('two outages are logged as two lines each', async () => {
  await start()
  for (const expected of [
    [LOST, BACK],
    [LOST, BACK, LOST, BACK],
  ]) {
    await server.stop()
    await logged(...expected.slice(0, -1))
    server = await startRedis(server.port)
    await logged(...expected)
  }
})

test.each([1, 12, 40])('%i commands that time out at once close the connection once, without a warning of Node.js', async (count) => {
  await start()
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  stopClock()
  server.freeze()
  const asked = Array.from({ length: count }, () =>
    call(proxy.origin, { method: 'POST', path: '/v1/chat/completions', body: chat('hello') }),
  )
  // Waits until each request has started two timers: its deadline, and its wait for Redis.
  await waitWithStoppedClock(() => vi.getTimerCount() >= 2 * count)
  await advanceClock(PATIENCE_MS)
  const answers = await Promise.all(asked)
  expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200))
  await logged(LOST)
  server.thaw()
  await logged(LOST, BACK)
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
