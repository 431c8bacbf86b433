import { afterAll, beforeAll, describe } from 'vitest'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { expires, resumes, startInstances, staysAsItWas } from './suite.js'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

describe('one instance with Redis', () => {
  resumes((env) => startInstances(1, { REDIS_URL: server.url, ...env }))
  expires(
    (env) => startInstances(1, { REDIS_URL: server.url, ...env }),
    () => server,
  )
})

describe('two instances with Redis', () => {
  resumes((env) => startInstances(2, { REDIS_URL: server.url, ...env }))
  expires(
    (env) => startInstances(2, { REDIS_URL: server.url, ...env }),
    () => server,
  )
})

describe('where resume is not asked for, with Redis', () => {
  staysAsItWas((env) => startInstances(1, { REDIS_URL: server.url, ...env }))
})
