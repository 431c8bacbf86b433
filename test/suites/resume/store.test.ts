import { afterEach, describe, expect, test } from 'vitest'
import { MemoryResumeStore } from '../../../src/resume/memory/memoryResumeStore.js'
import { heapInUse } from './heap.js'
import { type Bounds, openStream, ROOMY, testStreamStore, WHOLE } from './storeSuite.js'

const open: MemoryResumeStore[] = []
const make = (bounds: Bounds) => {
  const store = new MemoryResumeStore(bounds)
  open.push(store)
  return store
}
afterEach(() => Promise.all(open.splice(0).map((store) => store.close())))

describe('the store in memory', () => {
  testStreamStore((bounds) => {
    const store = make(bounds)
    return { producing: store, reading: store }
  })

  test('makes a producer wait for a slow reader once the stream cannot be stored', async () => {
    const writer = openStream(make({ ...ROOMY, maxBytes: 5_000 }), 'a')
    const reader = writer.stream.read(0, new AbortController().signal)[Symbol.asyncIterator]()
    const first = reader.next()
    void writer.append('1')
    await first
    let isThrough = false
    const waiting = writer.append('y'.repeat(6_000))?.then(() => {
      isThrough = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isThrough).toBe(false)
    await reader.next()
    await waiting
    expect(isThrough).toBe(true)
    await reader.return?.()
  })

  test('stays within its memory bound, however many streams pass through', async () => {
    const store = make({ ttlMs: 60_000, maxBytes: 4_000_000, maxStreams: 50 })
    const before = heapInUse()
    const text = 'z'.repeat(2_000)
    for (let nth = 0; nth < 3_000; nth += 1) {
      const writer = openStream(store, `s${nth}`)
      for (let batch = 0; batch < 20; batch += 1) void writer.append(`${nth}:${batch}${text}`)
      writer.end(WHOLE)
      expect(store.count()).toBeLessThanOrEqual(50)
      if (nth % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // The test has written 120 MB to the store, which must hold only what its bounds allow.
    expect(heapInUse() - before).toBeLessThan(5_000_000)
  })
})
