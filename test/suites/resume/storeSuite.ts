import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apiError } from '../../../src/contract/errors.js'
import type { StreamEnd } from '../../../src/contract/eventFormat.js'
import type { ResumeStore, StoredStream, StreamWriter } from '../../../src/resume/resumeStore.js'
import { eventually, failureOf } from '../../support/calls.js'
import { advanceClock, startClock, stopClock } from '../../support/clock.js'
import type { RedisServer } from '../../support/redis.js'

/** Bounds of a store under test. */
export interface Bounds {
  readonly ttlMs: number
  readonly maxBytes: number
  readonly maxStreams: number
}

/**
 * The store of the producer and that of a reconnecting reader: the same one, or those of two
 * instances.
 */
export interface Stores {
  readonly producing: ResumeStore
  readonly reading: ResumeStore
}

export const ROOMY: Bounds = { ttlMs: 600_000, maxBytes: 10_000_000, maxStreams: 100 }
export const WHOLE: StreamEnd = { ending: 'whole', usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }

/** A writer that gives its events the ids `s:1`, `s:2` and so on. */
export interface NumberingWriter extends Pick<StreamWriter, 'whenFindable' | 'stream'> {
  append(...data: string[]): Promise<void> | undefined
  /** Ends the stream with its last events. */
  end(end: StreamEnd, ...data: string[]): void
}

const toText = (first: number, data: readonly string[]): string =>
  data.map((text, index) => `id: s:${first + index}\ndata: ${text}\n\n`).join('')
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => String(from + at))
const event = (number: number): string => events(number, number)
const events = (from: number, to: number): string => toText(from, numbers(from, to))

/** Writes events as batches of the given sizes. */
export function write(writer: NumberingWriter, sizes: readonly number[]): void {
  let last = 0
  for (const size of sizes) {
    void writer.append(...numbers(last + 1, last + size))
    last += size
  }
}

/** Reads a stream to its end. */
export async function readAll(stream: StoredStream, after = 0, signal = new AbortController().signal): Promise<string> {
  let text = ''
  for await (const { first, data } of stream.read(after, signal)) text += toText(first, data)
  return text
}

/** Opens a stream. @throws if the store has no room for it */
export function openStream(store: ResumeStore, id: string, onUnwanted = (): void => undefined): NumberingWriter {
  const writer = store.open(id, 'me', onUnwanted)
  if (writer === undefined) throw new Error('The store refused the stream.')
  let next = 1
  const append = (data: readonly string[], end?: StreamEnd): Promise<void> | undefined => {
    const first = next
    next += data.length
    return writer.append({ first, data, end })
  }
  return {
    whenFindable: writer.whenFindable,
    stream: writer.stream,
    append: (...data) => append(data),
    end: (end, ...data) => void append(data, end),
  }
}

/** Waits until the store finds a stream, and returns it. */
export async function waitForStream(store: ResumeStore, id: string): Promise<StoredStream> {
  let stream: StoredStream | undefined
  await eventually(async () => {
    stream = await store.find(id, 'me')
    expect(stream).toBeDefined()
  })
  return stream as StoredStream // the cast is safe: `eventually` has checked it
}

/** How long a silent producer in Redis counts as running, in milliseconds. */
export const LEASE_MS = 60_000
// A step of the clock, shorter than the time for which other instances remember that a stream is
// being read.
const STEP_MS = LEASE_MS / 2

/**
 * Tests that every ResumeStore must pass.
 *
 * @param make - creates stores with bounds, and closes them after the test
 * @param redis - the server behind them, if any
 */
export function testStreamStore(make: (bounds: Bounds) => Stores, redis?: () => RedisServer): void {
  let stores: Stores
  afterEach(startClock)
  beforeEach(() => {
    stores = make(ROOMY)
  })

  describe('a stream', () => {
    test('can be read from any event on, regardless of its batches', async () => {
      const writer = openStream(stores.producing, 'a')
      write(writer, [1, 3, 2, 4])
      writer.end(WHOLE)
      const stream = await waitForStream(stores.reading, 'a')
      for (let after = 0; after <= 10; after += 1) expect(await readAll(stream, after)).toBe(after === 10 ? '' : events(after + 1, 10))
    })

    test('is sent live to all readers, and ends for all', async () => {
      const writer = openStream(stores.producing, 'a')
      void writer.append(...numbers(1, 2))
      const stream = await waitForStream(stores.reading, 'a')
      const readers = [readAll(writer.stream), readAll(stream), readAll(stream, 1), readAll(stream, 5)]
      void writer.append(...numbers(3, 3))
      await eventually(async () => expect((await waitForStream(stores.reading, 'a')).hasReached(3)).toBe(true))
      writer.end(WHOLE, ...numbers(4, 7))
      expect(await Promise.all(readers)).toEqual([events(1, 7), events(1, 7), events(2, 7), events(6, 7)])
    })

    test('reports its end, and rejects later events', async () => {
      const writer = openStream(stores.producing, 'a')
      write(writer, [1])
      expect((await waitForStream(stores.reading, 'a')).end()).toBeUndefined()
      writer.end(WHOLE)
      void writer.append('2')
      writer.end({ ending: 'failed', failure: apiError('stream_interrupted') }, '3')
      await eventually(async () => expect((await waitForStream(stores.reading, 'a')).end()).toEqual(WHOLE))
      expect(await readAll(await waitForStream(stores.reading, 'a'))).toBe(event(1))
      expect((await waitForStream(stores.reading, 'a')).hasReached(2)).toBe(false)
    })

    test('is not found for another owner or another id', async () => {
      write(openStream(stores.producing, 'a'), [1])
      await waitForStream(stores.reading, 'a')
      expect(await stores.reading.find('a', 'you')).toBeUndefined()
      expect(await stores.reading.find('b', 'me')).toBeUndefined()
      expect(await stores.reading.find('a","me', '')).toBeUndefined()
    })

    test('can be read until the signal aborts, with its reason', async () => {
      write(openStream(stores.producing, 'a'), [1])
      const leaving = new AbortController()
      const reading = failureOf(readAll(await waitForStream(stores.reading, 'a'), 0, leaving.signal))
      const reason = new Error('the reader has left')
      leaving.abort(reason)
      expect(await reading).toBe(reason)
    })

    test('ends as interrupted when its store is closed, for current and later readers', async () => {
      let unwanted = 0
      const writer = openStream(stores.producing, 'a', () => {
        unwanted += 1
      })
      write(writer, [2])
      const stream = await waitForStream(stores.reading, 'a')
      let text = ''
      const reading = failureOf(
        (async () => {
          for await (const { first, data } of stream.read(0, new AbortController().signal)) text += toText(first, data)
        })(),
      )
      await eventually(() => expect(text).toBe(events(1, 2)))
      await stores.producing.close()
      expect(await reading).toMatchObject({ code: 'stream_interrupted', status: 502 })
      expect(await failureOf(readAll(await waitForStream(stores.reading, 'a'), 1))).toMatchObject({ code: 'stream_interrupted' })
      expect(unwanted).toBeGreaterThan(0)
    })

    test('is found for its time to live after its end, and not longer', async () => {
      const writer = openStream(stores.producing, 'a')
      write(writer, [1])
      stopClock()
      writer.end(WHOLE)
      await eventually(async () => expect((await waitForStream(stores.reading, 'a')).end()).toEqual(WHOLE))
      await advanceClock(ROOMY.ttlMs - 1_000, redis?.())
      expect(await readAll(await waitForStream(stores.reading, 'a'))).toBe(event(1))
      await advanceClock(1_000 + LEASE_MS, redis?.())
      await eventually(async () => expect(await stores.reading.find('a', 'me')).toBeUndefined())
    })

    test('is abandoned after its time to live without a reader, and never while it has one', async () => {
      stopClock()
      let unwanted = 0
      const writer = openStream(stores.producing, 'a', () => {
        unwanted += 1
      })
      write(writer, [1])
      const leaving = new AbortController()
      let text = ''
      const read = async (): Promise<void> => {
        for await (const { first, data } of (await waitForStream(stores.reading, 'a')).read(0, leaving.signal)) text += toText(first, data)
      }
      const reading = failureOf(read())
      let number = 1
      for (let passedMs = 0; passedMs < ROOMY.ttlMs * 2; passedMs += STEP_MS) {
        await eventually(() => expect(text).toBe(events(1, number)))
        await advanceClock(STEP_MS, redis?.())
        number += 1
        void writer.append(String(number))
      }
      expect(unwanted).toBe(0)
      await eventually(() => expect(text).toBe(events(1, number)))
      expect(await stores.reading.find('a', 'me')).toBeDefined()
      leaving.abort(new Error('gone'))
      await reading
      await eventually(async () => {
        await advanceClock(ROOMY.ttlMs, redis?.())
        expect(unwanted).toBeGreaterThan(0)
      })
      // With Redis, the stream can be found until its producer next renews the lease.
      await eventually(async () => {
        await advanceClock(LEASE_MS, redis?.())
        expect(await stores.reading.find('a', 'me')).toBeUndefined()
      })
    })
  })

  describe('a store', () => {
    test('rejects new streams if it is full of running ones, and evicts the oldest finished ones', () => {
      const { producing } = make({ ...ROOMY, maxStreams: 3 })
      const writers = ['a', 'b', 'c'].map((id) => openStream(producing, id))
      expect(producing.open('d', 'me', () => undefined)).toBeUndefined()
      writers[1]?.end(WHOLE)
      writers[0]?.end(WHOLE)
      expect(producing.open('d', 'me', () => undefined)).toBeDefined()
      expect(producing.count()).toBe(3)
      expect(producing.open('e', 'me', () => undefined)).toBeDefined()
      expect(producing.open('f', 'me', () => undefined)).toBeUndefined()
    })

    test('evicts finished streams to store a running one; if that is not enough, it drops that one, whose readers still get all of it', async () => {
      stores = make({ ...ROOMY, maxBytes: 30_000 })
      const { producing, reading } = stores
      const old = openStream(producing, 'old')
      void old.append('x'.repeat(10_000))
      old.end(WHOLE)
      const writer = openStream(producing, 'a')
      const all = readAll(writer.stream)
      let written = ''
      for (let nth = 0; nth < 100; nth += 1) {
        const text = `${nth}${'y'.repeat(1_000)}`
        written += toText(nth + 1, [text])
        await writer.append(text)
      }
      writer.end(WHOLE)
      expect(await all).toBe(written)
      await eventually(async () => expect(await reading.find('a', 'me')).toBeUndefined())
      expect(producing.count()).toBe(0)
    })

    test('ends a stream that it cannot store and that has no reader', async () => {
      const { producing } = make({ ...ROOMY, maxBytes: 5_000 })
      let unwanted = 0
      const writer = openStream(producing, 'a', () => {
        unwanted += 1
      })
      for (let nth = 0; nth < 10; nth += 1) await writer.append('y'.repeat(1_000))
      expect(unwanted).toBeGreaterThan(0)
      expect(producing.count()).toBe(0)
    })
  })
}
