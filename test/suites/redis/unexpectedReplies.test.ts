import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { call, chat } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { connect, streamIdOf } from '../resume/client.js'
import { type FakeRedis, startFakeRedis } from './fakeRedis.js'

/** Replies of every type of both protocol versions, and bytes that are not a valid reply. */
const REPLIES: readonly (readonly [string, string])[] = [
  ['a status', '+OK\r\n'],
  ['an error', '-OOM command not allowed when used memory > maxmemory\r\n'],
  ['an error without text', '-\r\n'],
  ['an integer', ':1\r\n'],
  ['a negative integer', ':-1\r\n'],
  ['an integer beyond 64 bits', ':99999999999999999999\r\n'],
  ['text', '$5\r\nhello\r\n'],
  ['empty text', '$0\r\n\r\n'],
  ['null', '$-1\r\n'],
  ['a null list', '*-1\r\n'],
  ['an empty list', '*0\r\n'],
  ['a list of one integer', '*1\r\n:1\r\n'],
  ['a list of two integers', '*2\r\n:0\r\n:0\r\n'],
  ['a list of two large integers', '*2\r\n:1000\r\n:1\r\n'],
  ['a list of two texts', '*2\r\n$1\r\na\r\n$1\r\nb\r\n'],
  ['a list of text and integer', '*2\r\n$1\r\n1\r\n:5\r\n'],
  ['a list of three nulls', '*3\r\n$-1\r\n$-1\r\n$-1\r\n'],
  ['a list of texts and an integer', '*3\r\n$0\r\n\r\n$1\r\n9\r\n:1\r\n'],
  ['a list with an empty list', '*3\r\n$0\r\n\r\n$1\r\n9\r\n*0\r\n'],
  ['a list with an invalid end', '*3\r\n$2\r\n{}\r\n$1\r\n9\r\n*0\r\n'],
  ['a list with entries of another form', '*3\r\n$0\r\n\r\n$1\r\n1\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*1\r\n$1\r\nx\r\n'],
  ['a list of errors', '*2\r\n-ERR one\r\n-ERR two\r\n'],
  ['3,000 nested lists', '*1\r\n'.repeat(3_000)],
  ['negative lengths', '*-5\r\n$-9\r\n'],
  ['a list of negative length', '*-5\r\n'],
  ['a list of a huge length', '*4294967296\r\n:1\r\n'],
  ['a text without a length', '$\r\n\r\n'],
  ['more replies than commands', ':1\r\n$-1\r\n:1\r\n'],
  ['a RESP3 null', '_\r\n'],
  ['a RESP3 boolean', '#t\r\n'],
  ['a RESP3 double', ',1.5\r\n'],
  ['a RESP3 map', '%1\r\n+a\r\n:1\r\n'],
  ['a RESP3 push', '>1\r\n+a\r\n'],
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['bytes', '\x00\x01\xff\r\n'],
]

let reply = ''
/**
 * True if Redis reports that the script has deleted a stream: only then does the proxy send the
 * commands that delete the response.
 */
let isStreamDeleted = false
let redis: FakeRedis
let proxy: ProxyUnderTest
beforeAll(async () => {
  redis = await startFakeRedis(([, script = '']) => (isStreamDeleted && script.includes("return 'was'") ? '$3\r\nwas\r\n' : reply))
  const env = { REDIS_URL: redis.url, RATE_LIMIT_RPM: '100000', MAX_RETRIES: '0', THOUGHTS: 'off' }
  // A short wait, because some of the replies are incomplete, so that the proxy waits in vain.
  proxy = await startProxy(env, {}, { redisTimeoutMs: 50 })
})
afterAll(async () => {
  await proxy.close()
  await redis.close()
})

const MODEL = 'gemini-3.5-flash'
const ID = '0'.repeat(32)
const GONE = [404, 503]

/** A request, and the statuses that are correct while Redis is unavailable or has no data. */
interface RedisUse {
  readonly allowed: readonly number[]
  readonly once: () => Promise<number>
}

const statusOf = async (method: string, path: string, body?: object): Promise<number> =>
  (await call(proxy.origin, { method, path, ...(body === undefined ? {} : { body }) })).status

/** Requests that together use each of the proxy's Redis commands and scripts. */
const REDIS_USES: Readonly<Record<string, RedisUse>> = {
  'a chat': { allowed: [200], once: () => statusOf('POST', '/v1/chat/completions', chat('hello')) },
  'a response': { allowed: [200], once: () => statusOf('POST', '/v1/responses', { model: MODEL, input: 'x' }) },
  'an unknown previous response': {
    allowed: GONE,
    once: () => statusOf('POST', '/v1/responses', { model: MODEL, input: 'x', previous_response_id: `resp_${ID}` }),
  },
  'reading a response': { allowed: GONE, once: () => statusOf('GET', `/v1/responses/resp_${ID}`) },
  'deleting a response': {
    allowed: [200, 503],
    once: async () => {
      isStreamDeleted = true
      const status = await statusOf('DELETE', `/v1/responses/resp_${ID}`)
      isStreamDeleted = false
      return status
    },
  },
  'reading a stream': { allowed: GONE, once: () => statusOf('GET', `/v1/chat/completions/chatcmpl-${ID}`) },
  'resuming a stream': { allowed: GONE, once: () => statusOf('GET', `/v1/chat/completions/chatcmpl-${ID}?stream=true`) },
  'deleting a stream': { allowed: GONE, once: () => statusOf('DELETE', `/v1/responses/resp_${ID}`) },
  'a stream that is read twice': {
    allowed: [200],
    once: async () => {
      const { events } = await connect({ origin: proxy.origin }, { behaviour: { text: 'one two three' } })
      expect(events.at(-1)?.data).toBe('[DONE]')
      const again = await connect({ origin: proxy.origin }, { path: `/v1/chat/completions/${streamIdOf(events)}?stream=true` })
      expect(again.events).toEqual(events)
      return again.status
    },
  },
}

describe.each(REPLIES)('a Redis that replies %s to everything', (_, bytes) => {
  test.each(Object.entries(REDIS_USES))('is treated as unavailable: %s', async (_way, { allowed, once }) => {
    reply = bytes
    const known = redis.commands.length
    const statuses: number[] = []
    // A reply that cannot be parsed closes the connection. The first request after that is served
    // without Redis, so it is repeated until a command arrives.
    await eventually(async () => {
      statuses.push(await once())
      expect(redis.commands.length).toBeGreaterThan(known)
    })
    expect(statuses.filter((status) => !allowed.includes(status))).toEqual([])
    expect((await fetch(`${proxy.origin}/health/live`)).status).toBe(200)
  })
})

test('each script and command was used', () => {
  const names = new Set(redis.commands.map(([name]) => name))
  for (const name of ['eval', 'mget', 'set', 'multi', 'hget']) expect(names).toContain(name)
  expect(new Set(redis.commands.flatMap(([name, script]) => (name === 'eval' ? [script] : []))).size).toBe(4)
})
