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

/** The store of the producer and the store of a reconnecting reader: the same, or two instances. */
export interface Stores {
  readonly producing: ResumeStore
  readonly reading: ResumeStore
}

export const ROOMY: Bounds = { ttlMs: 600_000, maxBytes: 10_000_000, maxStreams: 100 }
export const WHOLE: StreamEnd = { ending: 'whole', usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }

/** A writer that numbers its events. */
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

/** Opens a stream, which must fit. */
export function opened(store: ResumeStore, id: string, onUnwanted = (): void => undefined): NumberingWriter {
  const writer = store.open(id, 'me', onUnwanted)
  if (writer === undefined) throw new Error('there is no room')
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

/** Returns a stream as soon as it can be found. */
export async function found(store: ResumeStore, id: string): Promise<StoredStream> {
  let stream: StoredStream | undefined
  await eventually(async () => {
    stream = await store.find(id, 'me')
    expect(stream).toBeDefined()
  })
  return stream as StoredStream // checked by the line above
}

/** How long a silent producer in Redis counts as alive, in milliseconds. */
export const LEASE_MS = 60_000
// Shorter than the time for which other instances remember that a stream is being read.
const STEP_MS = LEASE_MS / 2

/**
 * Tests that every ResumeStore must pass.
 *
 * @param make - creates stores with bounds, and closes them after the test
 * @param redis - the server behind them, if any
 */
export function keepsStreams(make: (bounds: Bounds) => Stores, redis?: () => RedisServer): void {
  let stores: Stores
  afterEach(startClock)
  beforeEach(() => {
    stores = make(ROOMY)
  })

  describe('a stream', () => {
    test('is given from every event on, whatever came together', async () => {
      const writer = opened(stores.producing, 'a')
      write(writer, [1, 3, 2, 4])
      writer.end(WHOLE)
      const stream = await found(stores.reading, 'a')
      for (let after = 0; after <= 10; after += 1) expect(await readAll(stream, after)).toBe(after === 10 ? '' : events(after + 1, 10))
    })

    test('is given as it comes to everybody who reads, and ends for all', async () => {
      const writer = opened(stores.producing, 'a')
      void writer.append(...numbers(1, 2))
      const stream = await found(stores.reading, 'a')
      const readers = [readAll(writer.stream), readAll(stream), readAll(stream, 1), readAll(stream, 5)]
      void writer.append(...numbers(3, 3))
      await eventually(async () => expect((await found(stores.reading, 'a')).hasReached(3)).toBe(true))
      writer.end(WHOLE, ...numbers(4, 7))
      expect(await Promise.all(readers)).toEqual([events(1, 7), events(1, 7), events(2, 7), events(6, 7)])
    })

    test('reports its end and its attachments, and rejects later events', async () => {
      const writer = opened(stores.producing, 'a')
      write(writer, [1])
      expect((await found(stores.reading, 'a')).end()).toBeUndefined()
      writer.end(WHOLE)
      void writer.append('2')
      writer.end({ ending: 'failed', failure: apiError('stream_interrupted') }, '3')
      await eventually(async () => expect((await found(stores.reading, 'a')).end()).toEqual(WHOLE))
      expect(await readAll(await found(stores.reading, 'a'))).toBe(event(1))
      expect((await found(stores.reading, 'a')).hasReached(2)).toBe(false)
    })

    test('of somebody else, or of another id, is not there', async () => {
      write(opened(stores.producing, 'a'), [1])
      await found(stores.reading, 'a')
      expect(await stores.reading.find('a', 'you')).toBeUndefined()
      expect(await stores.reading.find('b', 'me')).toBeUndefined()
      expect(await stores.reading.find('a","me', '')).toBeUndefined()
    })

    test('is read until the signal says so, with its reason', async () => {
      write(opened(stores.producing, 'a'), [1])
      const leaving = new AbortController()
      const reading = failureOf(readAll(await found(stores.reading, 'a'), 0, leaving.signal))
      const reason = new Error('the reader has left')
      leaving.abort(reason)
      expect(await reading).toBe(reason)
    })

    test('whose store is closed ends as interrupted, for those who read and those who come later', async () => {
      let unwanted = 0
      const writer = opened(stores.producing, 'a', () => {
        unwanted += 1
      })
      write(writer, [2])
      const stream = await found(stores.reading, 'a')
      let text = ''
      const reading = failureOf(
        (async () => {
          for await (const { first, data } of stream.read(0, new AbortController().signal)) text += toText(first, data)
        })(),
      )
      await eventually(() => expect(text).toBe(events(1, 2)))
      await stores.producing.close()
      expect(await reading).toMatchObject({ code: 'stream_interrupted', status: 502 })
      expect(await failureOf(readAll(await found(stores.reading, 'a'), 1))).toMatchObject({ code: 'stream_interrupted' })
      expect(unwanted).toBeGreaterThan(0)
    })

    test('that ended is found for its time to live and no longer', async () => {
      const writer = opened(stores.producing, 'a')
      write(writer, [1])
      stopClock()
      writer.end(WHOLE)
      await eventually(async () => expect((await found(stores.reading, 'a')).end()).toEqual(WHOLE))
      await advanceClock(ROOMY.ttlMs - 1_000, redis?.())
      expect(await readAll(await found(stores.reading, 'a'))).toBe(event(1))
      await advanceClock(1_000 + LEASE_MS, redis?.())
      await eventually(async () => expect(await stores.reading.find('a', 'me')).toBeUndefined())
    })

    test('without a reader is unwanted after its time to live, and never while it has one', async () => {
      stopClock()
      let unwanted = 0
      const writer = opened(stores.producing, 'a', () => {
        unwanted += 1
      })
      write(writer, [1])
      const leaving = new AbortController()
      let text = ''
      const read = async (): Promise<void> => {
        for await (const { first, data } of (await found(stores.reading, 'a')).read(0, leaving.signal)) text += toText(first, data)
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
      // Its producer notices at the next renewal of the lease.
      await eventually(async () => {
        await advanceClock(LEASE_MS, redis?.())
        expect(await stores.reading.find('a', 'me')).toBeUndefined()
      })
    })
  })

  describe('a store', () => {
    test('that is full of running streams rejects new ones; of finished streams it evicts the oldest', () => {
      const { producing } = make({ ...ROOMY, maxStreams: 3 })
      const writers = ['a', 'b', 'c'].map((id) => opened(producing, id))
      expect(producing.open('d', 'me', () => undefined)).toBeUndefined()
      writers[1]?.end(WHOLE)
      writers[0]?.end(WHOLE)
      expect(producing.open('d', 'me', () => undefined)).toBeDefined()
      expect(producing.count()).toBe(3)
      expect(producing.open('e', 'me', () => undefined)).toBeDefined()
      expect(producing.open('f', 'me', () => undefined)).toBeUndefined()
    })

    test('makes room for a running stream with ended ones, and then loses that stream, which its readers have to the end', async () => {
      stores = make({ ...ROOMY, maxBytes: 30_000 })
      const { producing, reading } = stores
      const old = opened(producing, 'old')
      void old.append('x'.repeat(10_000))
      old.end(WHOLE)
      const writer = opened(producing, 'a')
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
      const writer = opened(producing, 'a', () => {
        unwanted += 1
      })
      for (let nth = 0; nth < 10; nth += 1) await writer.append('y'.repeat(1_000))
      expect(unwanted).toBeGreaterThan(0)
      expect(producing.count()).toBe(0)
    })
  })
}
