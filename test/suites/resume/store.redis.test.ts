import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/config/secret.js'
import { apiError } from '../../../src/contract/errors.js'
import type { EventBatch, StreamEnd } from '../../../src/contract/eventFormat.js'
import { MemoryResumeStore } from '../../../src/resume/memory/memoryResumeStore.js'
import { RedisResumeStore } from '../../../src/resume/redis/redisResumeStore.js'
import type { ResumeStore } from '../../../src/resume/resumeStore.js'
import { type Redis, RedisConnection } from '../../../src/stores/redis.js'
import { eventually, failureOf } from '../../support/calls.js'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import { type RedisServer, startRedis } from '../../support/redis.js'
import { type Bounds, LEASE_MS, openStream, ROOMY, readAll, testStreamStore, WHOLE, waitForStream, write } from './storeSuite.js'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

interface Instance {
  readonly store: ResumeStore
  readonly redis: Redis
}

const open: Instance[] = []
/**
 * Makes a store with its own connection to Redis.
 *
 * @param patienceMs - longest wait for Redis; by default longer than any test takes
 */
function instance(bounds: Bounds = ROOMY, leaseMs = LEASE_MS, patienceMs = 600_000): Instance {
  const redis = new RedisConnection({ url: new Secret(server.url), timeoutMs: patienceMs, onDown: () => undefined, onUp: () => undefined })
  const store = new RedisResumeStore({ redis, memoryStore: new MemoryResumeStore(bounds), ttlMs: bounds.ttlMs, leaseMs })
  open.push({ store, redis })
  return { store, redis }
}
afterEach(async () => {
  startClock()
  server.thaw()
  // Waits until the ends of running streams have been written, before Redis is flushed.
  await Promise.all(open.map(({ store }) => store.close()))
  await open[0]?.redis.runCommand((client) => client.flushall())
  await Promise.all(open.splice(0).map(({ redis }) => redis.close()))
})

describe('the store in Redis, read by the generating instance', () => {
  const make = (bounds: Bounds) => {
    const { store } = instance(bounds)
    return { producing: store, reading: store }
  }
  testStreamStore(make, () => server)
})

describe('the store in Redis, read by another instance', () => {
  testStreamStore(
    (bounds) => ({ producing: instance(bounds).store, reading: instance(bounds).store }),
    () => server,
  )

  const keys = async ({ redis }: Instance): Promise<string[]> => (await redis.runCommand((client) => client.keys('*'))) ?? []
  const keyOf = async (one: Instance, name: string): Promise<string> => (await keys(one)).find((key) => key.endsWith(name)) ?? ''

  test('uses keys without owner and id, all of which expire', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'chatcmpl-secret')
    write(writer, [1])
    await waitForStream(other.store, 'chatcmpl-secret')
    // The store finds a stream before its first event is in Redis: waits for that, too.
    await eventually(async () => expect(await keyOf(one, ':events')).not.toBe(''))
    const names = await keys(one)
    expect(names.map((name) => name.replace(/\{[0-9a-f]{64}\}/, '{}')).sort()).toEqual(
      ['events', 'lease', 'meta', 'watched'].map((name) => `gemini-proxy:3:stream:{}:${name}`),
    )
    for (const name of names) expect(await one.redis.runCommand((client) => client.pttl(name))).toBeGreaterThan(0)
    writer.end(WHOLE)
    await eventually(async () => expect(await keyOf(one, ':lease')).toBe(''))
  })

  test('finds a stream on every instance as soon as the producer may announce it, before its first event', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    await writer.whenFindable
    expect(await other.store.find('a', 'me')).toBeDefined()
    expect(await other.store.find('a', 'you')).toBeUndefined()
  })

  test('retains the events of a silent producer while its lease is renewed', async () => {
    const [one, other] = [instance(), instance()]
    stopClock()
    const writer = openStream(one.store, 'a')
    write(writer, [2])
    const reading = readAll(await waitForStream(other.store, 'a'))
    const lease = await keyOf(one, ':lease')
    const leftMs = async (): Promise<number> => (await one.redis.runCommand((client) => client.pttl(lease))) ?? 0
    for (let passedMs = 0; passedMs < 3 * LEASE_MS; passedMs += LEASE_MS / 2) {
      await advanceClock(LEASE_MS / 2, server)
      await eventually(async () => expect(await leftMs()).toBeGreaterThan(LEASE_MS / 2))
    }
    writer.end(WHOLE)
    expect(await reading).toContain('data: 2')
  })

  test('ends the replay if the lease of a producer has expired, and accepts nothing more from it', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    write(writer, [2])
    const stream = await waitForStream(other.store, 'a')
    // Simulates a freeze: the lease has expired, and the producer does not know it yet.
    const lease = await keyOf(one, ':lease')
    await other.redis.runCommand((client) => client.del(lease))
    expect(await failureOf(readAll(stream))).toMatchObject({ code: 'stream_interrupted' })
    void writer.append('3')
    writer.end(WHOLE)
    await eventually(async () => expect(await readAll(await waitForStream(one.store, 'a'))).toContain('data: 3'))
    const events = await keyOf(one, ':events')
    expect(await one.redis.runCommand((client) => client.xlen(events))).toBe(2 - 1)
    expect(await keyOf(one, ':lease')).toBe('')
    expect(await failureOf(readAll(await waitForStream(other.store, 'a'), 1))).toMatchObject({ code: 'stream_interrupted' })
  })

  test('continues a stream with an unnoticed expired lease at the next write of its producer', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    write(writer, [1])
    await eventually(async () => expect(await keyOf(one, ':lease')).not.toBe(''))
    const lease = await keyOf(one, ':lease')
    await one.redis.runCommand((client) => client.del(lease))
    void writer.append('2')
    writer.end(WHOLE)
    await eventually(async () =>
      expect(await readAll(await waitForStream(other.store, 'a'))).toBe('id: s:1\ndata: 1\n\nid: s:2\ndata: 2\n\n'),
    )
  })

  test('reports the end of a stream with its last batch, even at the limit of one round trip', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    write(writer, Array<number>(199).fill(1))
    const end: StreamEnd = { ending: 'failed', failure: apiError('upstream_overloaded') }
    writer.end(end, 'failed')
    await eventually(async () => expect((await waitForStream(other.store, 'a')).end()).toMatchObject({ ending: 'failed' }))
    const batches: EventBatch[] = []
    for await (const batch of (await waitForStream(other.store, 'a')).read(0, new AbortController().signal)) batches.push(batch)
    expect(batches.flatMap(({ data }) => data)).toHaveLength(200)
    expect(batches.at(-1)?.end).toMatchObject({ ending: 'failed', failure: { code: 'upstream_overloaded' } })
  })

  test.each([0, 1, 2, 4])('never ends a stream without its last event if the events have expired, after event %i', async (known) => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    write(writer, [2, 1])
    const stream = await waitForStream(other.store, 'a')
    writer.end(WHOLE, '4', '5')
    await eventually(async () => expect((await waitForStream(other.store, 'a')).end()).toEqual(WHOLE))
    const events = await keyOf(one, ':events')
    await one.redis.runCommand((client) => client.del(events))
    expect(await failureOf(readAll(stream, known))).toMatchObject({ code: 'stream_interrupted' })
    expect(await other.store.find('a', 'me')).toBeUndefined()
  })

  test('does not continue a stream after a gap if events were lost', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    write(writer, [2, 2])
    const stream = await waitForStream(other.store, 'a')
    await eventually(async () => expect(await keyOf(one, ':events')).not.toBe(''))
    const events = await keyOf(one, ':events')
    await one.redis.runCommand((client) => client.del(events))
    void writer.append('5')
    await eventually(async () => expect(await one.redis.runCommand((client) => client.xlen(events))).toBe(1))
    expect(await failureOf(readAll(stream, 2))).toMatchObject({ code: 'stream_interrupted' })
  })

  test('writes a stream again, from the first event, after Redis has lost it', async () => {
    const [one, other] = [instance(), instance()]
    const writer = openStream(one.store, 'a')
    write(writer, [2, 3])
    await waitForStream(other.store, 'a')
    await one.redis.runCommand((client) => client.flushall())
    void writer.append('6')
    const whole = await waitForStream(other.store, 'a')
    writer.end(WHOLE)
    expect((await readAll(whole)).match(/data: \d/g)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `data: ${n}`))
  })

  test('has the whole stream for other instances when its own reader gets the end', async () => {
    const [one, other] = [instance(), instance()]
    for (let turn = 0; turn < 20; turn += 1) {
      const id = `turn-${turn}`
      const writer = openStream(one.store, id)
      await writer.whenFindable
      const reading = readAll(writer.stream)
      write(writer, [2, 3])
      writer.end(WHOLE, '6')
      const text = await reading
      const copy = await waitForStream(other.store, id)
      expect(copy.end()).toEqual(WHOLE)
      expect(await readAll(copy)).toBe(text)
    }
  })

  test('deletes a stream on all instances, and aborts its generation', async () => {
    const [one, other] = [instance(), instance()]
    let unwanted = 0
    const ended = openStream(one.store, 'a')
    const live = openStream(one.store, 'b', () => {
      unwanted += 1
    })
    for (const writer of [ended, live]) write(writer, [2])
    ended.end(WHOLE)
    for (const id of ['a', 'b']) {
      await waitForStream(other.store, id)
      expect(await other.store.delete(id, 'you')).toBe(false)
      expect(await other.store.delete(id, 'me')).toBe(true)
      for (const { store } of [one, other]) expect(await store.find(id, 'me')).toBeUndefined()
      for (const { store } of [one, other]) expect(await store.delete(id, 'me')).toBe(false)
    }
    await eventually(() => expect(unwanted).toBe(1))
    void live.append('3')
    expect(await other.store.find('b', 'me')).toBeUndefined()
  })

  test('reports an unavailable Redis as 503, not as an unknown stream', async () => {
    const [one, other] = [instance(ROOMY, LEASE_MS, 500), instance(ROOMY, LEASE_MS, 500)]
    write(openStream(one.store, 'a'), [2])
    await waitForStream(other.store, 'a')
    server.freeze()
    const cannotTell = { status: 503, code: 'server_overloaded', retryAfterSeconds: 1 }
    expect(await failureOf(other.store.find('a', 'me'))).toMatchObject(cannotTell)
    expect(await failureOf(one.store.delete('a', 'me'))).toMatchObject(cannotTell)
    expect(await readAll(await waitForStream(one.store, 'a'), 2, AbortSignal.timeout(50)).catch(() => 'read')).toBe('read')
  })

  test('serves its own readers while Redis does not reply, and catches up afterwards', async () => {
    const [one, other] = [instance(ROOMY, 5_000, 500), instance(ROOMY, 5_000, 500)]
    const writer = openStream(one.store, 'a')
    write(writer, [2])
    await waitForStream(other.store, 'a')
    server.freeze()
    void writer.append('3')
    writer.end(WHOLE)
    expect((await readAll(await waitForStream(one.store, 'a'))).match(/data: \d/g)).toHaveLength(3)
    server.thaw()
    await eventually(async () => expect((await readAll(await waitForStream(other.store, 'a'))).match(/data: \d/g)).toHaveLength(3))
  })
})
