import { Redis as Client } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { type Answer, call, failure } from '../../support/contractHook.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { asking, openai, STRICT } from '../responses/asking.js'
import { begin } from '../responses/broken.js'
import { connect, streamIdOf } from '../resume/client.js'
import { type Instances, startInstances } from '../resume/suite.js'

let server: RedisServer
let client: Client
let at: Instances
beforeAll(async () => {
  server = await startRedis()
  client = new Client(server.url)
  at = await startInstances(2, { REDIS_URL: server.url })
})
beforeEach(async () => {
  await client.flushall()
  at.simulator.reset()
})
afterAll(async () => {
  await at.close()
  client.disconnect()
  await server.stop()
})

const keyLike = async (pattern: string): Promise<string> => (await client.keys(pattern))[0] ?? ''

describe('a stored response', () => {
  const VALUES: readonly (readonly [string, (value: string) => string])[] = [
    ['an empty object', () => '{}'],
    ['an empty list', () => '[]'],
    ['null', () => 'null'],
    ['a number', () => '123'],
    ['a text', () => '"text"'],
    ['no JSON', () => 'response'],
    ['nothing', () => ''],
    ['cut', (value) => value.slice(0, -10)],
    ['changed within', (value) => value.replace('"completed"', '"complete"')],
    ['with a renamed field', (value) => value.replace('"type":', '"kind":')],
    ['without its checksum', (value) => value.slice(value.indexOf('{'))],
    ["with another version's format", () => '{"response":{"id":"resp_1"},"items":null}'],
  ]

  test.each(VALUES)('that is %s does not exist for other instances, and its value is deleted', async (_, change) => {
    const { id, output } = await openai(at.first).responses.create(asking({ text: 'one' }))
    const keys = await client.keys('gemini-proxy:*:response:*')
    expect(keys).toHaveLength(2)
    const damage = async (): Promise<void> => {
      for (const key of keys) await client.set(key, change((await client.get(key)) ?? '{'))
    }
    const { origin } = at.last
    const next = { model: STRICT, input: 'x', previous_response_id: id }
    const reference = { model: STRICT, input: [{ type: 'item_reference', id: output[0]?.id }] }
    const uses: readonly (readonly [string, () => Promise<Answer>])[] = [
      ['response_not_found', () => call(origin, { path: `/v1/responses/${id}` })],
      ['previous_response_not_found', () => call(origin, { method: 'POST', path: '/v1/responses', body: next })],
      ['item_not_found', () => call(origin, { method: 'POST', path: '/v1/responses', body: reference })],
      ['response_not_found', () => call(origin, { method: 'DELETE', path: `/v1/responses/${id}` })],
    ]
    for (const [code, use] of uses) {
      await damage()
      const { status, json } = await use()
      expect([status, json]).toMatchObject([404, { error: { code } }])
    }
    await eventually(async () => expect(await client.exists(...keys)).toBeLessThan(2))
    expect(at.simulator.totalRequests).toBe(1)
  })

  test('is read by other instances if it is unchanged', async () => {
    const { id } = await openai(at.first).responses.create(asking({ text: 'one' }))
    expect((await call(at.last.origin, { path: `/v1/responses/${id}` })).status).toBe(200)
  })
})

type Entries = [id: string, fields: string[]][]
const rewrite = async (change: (entries: Entries) => Entries): Promise<void> => {
  const events = await keyLike('*:events')
  const entries = await client.xrange(events, '-', '+')
  await client.del(events)
  for (const [id, fields] of change(entries)) await client.xadd(events, id, ...fields)
}
const setMeta = async (field: string, value: string): Promise<unknown> => client.hset(await keyLike('*:meta'), field, value)

/** Kinds of damage in Redis to a finished stream of several batches. */
const DAMAGES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['whose events have expired', () => rewrite(() => [])],
  ['without its first event', () => rewrite(([, ...rest]) => rest)],
  ['without an event in its middle', () => rewrite((entries) => entries.filter((_, index) => index !== 1))],
  ['without its last event', () => rewrite((entries) => entries.slice(0, -1))],
  [
    'whose entries have a renamed field',
    () => rewrite((entries) => entries.map(([id, [, lines = '']]) => [id, ['other', lines.slice(20)]])),
  ],
  [
    'one of whose entries is empty',
    () => rewrite((entries) => entries.map(([id, fields], index) => [id, index === 1 ? ['lines', ''] : fields])),
  ],
  [
    'whose last entry is cut',
    () =>
      rewrite((entries) =>
        entries.map(([id, [name = '', lines = '']], index) => [id, [name, index === entries.length - 1 ? lines.slice(0, -3) : lines]]),
      ),
  ],
  ['whose entries are not JSON', () => rewrite((entries) => entries.map(([id]) => [id, ['lines', 'x']]))],
  ['whose entries have other ids', () => rewrite((entries) => entries.map(([, fields], index) => [`${1_000 + index}-0`, fields]))],
  ['whose end is an empty object', () => setMeta('end', '{}')],
  ['whose end is null', () => setMeta('end', 'null')],
  ['whose end is not JSON', () => setMeta('end', 'whole')],
  ['whose last number is not a number', () => setMeta('last', 'x')],
  ['whose last number is too large', () => setMeta('last', '100')],
]

describe('a stored stream', () => {
  test.each(DAMAGES)('of a chat %s never ends as if it were complete', async (_, damage) => {
    const { events } = await connect(
      { origin: at.first.origin },
      { behaviour: { deltas: ['one', ' two', ' three', ' four'], chunkDelayMs: 1 } },
    )
    await damage()
    const path = `/v1/chat/completions/${streamIdOf(events)}`
    expect(await call(at.last.origin, { path })).toMatchObject({ status: 404, json: failure('stream_not_found') })
    for (const lastEventId of [undefined, events[0]?.id]) {
      const { status, events: seen } = await connect({ origin: at.last.origin }, { path: `${path}?stream=true`, lastEventId })
      expect([status, seen.at(-1)?.data.includes('"stream_interrupted"')]).toEqual(status === 404 ? [404, undefined] : [200, true])
    }
  })

  test.each(DAMAGES)('of a response %s never ends as if it were complete', async (_, damage) => {
    const { id } = await begin(at.first.origin, { deltas: ['one', ' two', ' three', ' four'], chunkDelayMs: 1 }, { store: false })
    await damage()
    const path = `/v1/responses/${id}`
    expect(await call(at.last.origin, { path })).toMatchObject({ status: 404, json: failure('response_not_found') })
    const { status, events } = await call(at.last.origin, { path: `${path}?stream=true` })
    expect([status, events.at(-1)]).toMatchObject(status === 404 ? [404, undefined] : [200, { type: 'error', code: 'stream_interrupted' }])
  })

  test('expires together with its events: they never expire before the keys that refer to them', async () => {
    await connect({ origin: at.first.origin }, { behaviour: { text: 'one' } })
    const [meta, events] = [await client.pttl(await keyLike('*:meta')), await client.pttl(await keyLike('*:events'))]
    expect(events).toBeGreaterThan(meta)
  })
})
