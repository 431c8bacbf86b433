import { Redis as Client } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { type DoctorOutcome, examine, expectDiagnosis, HEALTHY, idsWith, KEY, OPERATOR_TOKEN } from './diagnosis.js'

let simulator: Simulator
let redis: RedisServer
let client: Client
beforeAll(async () => {
  simulator = await startSimulator({ behaviour: HEALTHY })
  redis = await startRedis()
  client = new Client(redis.url)
})
afterEach(async () => {
  await client.config('SET', 'maxmemory', '0')
  await client.config('SET', 'maxmemory-policy', 'noeviction')
})
afterAll(async () => {
  client.disconnect()
  await redis.stop()
  await simulator.close()
})

const examineWith = async (url: string): Promise<DoctorOutcome> => {
  const report = await examine({
    env: { GEMINI_API_KEY: KEY, AUTH_TOKEN: OPERATOR_TOKEN, GEMINI_BASE_URL: simulator.baseUrl, REDIS_URL: url },
  })
  expect(report.output).not.toContain(redis.password)
  return report
}

describe('the doctor checks Redis:', () => {
  test('accepts a server with the right password, and leaves no permanent data', async () => {
    const report = await examineWith(redis.url)
    expect(idsWith('ok', report)).toContain('redis')
    expect(report.results.find(({ id }) => id === 'redis')?.message.en).toMatch(/version \d+\.\d+.*responds in \d+ ms/)
    expect(await client.pttl('gemini-proxy:doctor')).toBeLessThanOrEqual(1_000)
  })

  test('reports a wrong password', async () => {
    const report = await examineWith(`redis://:doctor-wrong-pass@127.0.0.1:${redis.port}`)
    expectDiagnosis(report, { check: 'redis', cause: [/refuses the user or password/, /拒绝了.*用户名或密码/], step: [/%40/, /%40/] })
    expect(report.output).not.toContain('doctor-wrong-pass')
  })

  test('reports a missing password', async () => {
    const report = await examineWith(`redis://127.0.0.1:${redis.port}`)
    expectDiagnosis(report, {
      check: 'redis',
      cause: [/requires a password/, /要求密码/],
      step: [/redis:\/\/:password@/, /redis:\/\/:密码@/],
    })
  })

  test('warns of an eviction policy that deletes keys', async () => {
    await client.config('SET', 'maxmemory', '100mb')
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
    expectDiagnosis(await examineWith(redis.url), {
      check: 'redis',
      status: 'warning',
      cause: [/evicts keys.*allkeys-lru/, /淘汰键（allkeys-lru）/],
      step: [/noeviction/, /noeviction/],
    })
  })

  test('reports that the memory is full', async () => {
    await client.config('SET', 'maxmemory', '1')
    expectDiagnosis(await examineWith(redis.url), {
      check: 'redis',
      cause: [/memory or disk is full/, /内存或磁盘已满/],
      step: [/more memory/, /增加内存/],
    })
  })

  test('reports a user without the necessary permissions', async () => {
    await client.call('ACL', 'SETUSER', 'guest', 'on', '>guest-pass', '~*', '+ping', '+info')
    const report = await examineWith(`redis://guest:guest-pass@127.0.0.1:${redis.port}`)
    expectDiagnosis(report, {
      check: 'redis',
      cause: [/does not allow a command/, /不允许代理所需的命令/],
      step: [/Allow the user/, /使用字符串和脚本命令/],
    })
  })
})
