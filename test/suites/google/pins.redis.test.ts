import { Redis as Client } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { KEYS, keysUsed } from '../keys/keys.js'
import { ask, MODEL } from './google.js'
import type { Interaction } from './sdk.js'

const PATH = '/v1beta/interactions'
const FILE = {
  contents: [{ parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc', mimeType: 'image/png' } }] }],
}

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
afterEach(async () => {
  await Promise.all(open.splice(0).map((proxy) => proxy.close()))
  await client.flushall()
})

/**
 * Starts an instance.
 *
 * @param at - another instance, whose simulator the new one uses
 */
async function start(keys: readonly string[], at?: ProxyUnderTest): Promise<ProxyUnderTest> {
  const env = {
    ...{ GEMINI_UPSTREAM: 'native', GEMINI_API_KEY: keys.join(','), MAX_RETRIES: '0', REDIS_URL: server.url, RATE_LIMIT_RPM: '1000' },
    ...(at === undefined ? {} : { GEMINI_BASE_URL: at.simulator.baseUrl }),
  }
  const proxy = await startProxy(env, {}, { redisTimeoutMs: 600_000 })
  open.push(proxy)
  // Responses have rate limit headers only once the instance is connected to Redis.
  await eventually(async () =>
    expect((await call(proxy.origin, { path: '/v1/models' })).headers['x-ratelimit-limit-requests']).toBe('1000'),
  )
  return proxy
}

const create = async ({ origin }: ProxyUnderTest, more: object = {}): Promise<string> => {
  const { status, json } = await call(origin, { path: PATH, body: { model: MODEL, input: 'hello', ...more } })
  expect(status).toBe(200)
  return (json as Interaction).id
}

test('an instance knows the key of an interaction from another instance, although its keys are in another order', async () => {
  const one = await start(KEYS)
  const other = await start([...KEYS].reverse(), one)
  await create(one)
  const id = await create(one)
  one.simulator.reset()
  // 404, because the simulator has been reset: only the key of this request matters.
  expect((await call(other.origin, { path: `${PATH}/${id}` })).status).toBe(404)
  expect(keysUsed(one.simulator)).toEqual([2])
})

test('an instance knows the key that another instance has found by trying', async () => {
  const one = await start(KEYS)
  const other = await start([...KEYS].reverse(), one)
  one.simulator.settings.owners = { 'files/abc': KEYS[1] }
  expect((await ask(one, 'generateContent', FILE)).status).toBe(200)
  expect((await ask(other, 'generateContent', FILE)).status).toBe(200)
  expect(keysUsed(one.simulator)).toEqual([1, 2, 2])
})

test('Redis contains neither a Gemini key nor an id', async () => {
  const one = await start(KEYS)
  const id = await create(one)
  const names = await client.keys('*')
  const values = await Promise.all(names.map((name) => client.get(name).catch(() => '')))
  expect(names.some((name) => name.includes(':pin:'))).toBe(true)
  expect(JSON.stringify([names, values])).not.toMatch(/canary|-key-/)
  expect(JSON.stringify([names, values])).not.toContain(id)
})
