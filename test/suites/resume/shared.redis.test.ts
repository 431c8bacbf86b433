import { afterAll, beforeAll, describe } from 'vitest'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { startInstances, testExpiry, testResuming, testWithoutResuming } from './suite.js'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

describe('one instance with Redis', () => {
  testResuming((env) => startInstances(1, { REDIS_URL: server.url, ...env }))
  testExpiry(
    (env) => startInstances(1, { REDIS_URL: server.url, ...env }),
    () => server,
  )
})

describe('two instances with Redis', () => {
  testResuming((env) => startInstances(2, { REDIS_URL: server.url, ...env }))
  testExpiry(
    (env) => startInstances(2, { REDIS_URL: server.url, ...env }),
    () => server,
  )
})

describe('without resuming, with Redis', () => {
  testWithoutResuming((env) => startInstances(1, { REDIS_URL: server.url, ...env }))
})
