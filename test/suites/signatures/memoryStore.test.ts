import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeMemoryKeyValueStore } from '../../../src/stores/keyValueStore.js'

/** A store whose clock is controlled by the test. */
function storeAt(maxLength = 1_000_000, ttlMs = 1000) {
  const clock = { ms: 0 }
  const store = makeMemoryKeyValueStore({ maxLength, ttlMs, elapsed: () => clock.ms })
  const kept = async (caller: string, ...ids: string[]) => Object.fromEntries(await store.get(caller, ids))
  return { clock, store, kept }
}

describe('signatures in memory', () => {
  test('are found by call id', async () => {
    const { store, kept } = storeAt()
    store.put('alice', 'call_1', 'S1')
    store.put('alice', 'call_2', 'S2')
    expect(await kept('alice', 'call_1', 'call_2', 'call_3')).toEqual({ call_1: 'S1', call_2: 'S2' })
  })

  test('are not found with another caller', async () => {
    const { store, kept } = storeAt()
    store.put('alice', 'call_1', 'S1')
    expect(await kept('bob', 'call_1')).toEqual({})
  })

  test('cannot be found by concatenating a caller and an id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), fc.string(), fc.string(), async (caller, id, otherCaller, otherId) => {
        fc.pre(caller !== otherCaller || id !== otherId)
        const { store, kept } = storeAt()
        store.put(caller, id, 'S')
        expect(await kept(otherCaller, otherId)).toEqual({})
      }),
      { examples: [['a', 'b c', 'a b', 'c']] },
    )
  })

  test('expire after their time to live', async () => {
    const { clock, store, kept } = storeAt()
    store.put('alice', 'call_1', 'S1')
    clock.ms = 999
    expect(await kept('alice', 'call_1')).toEqual({ call_1: 'S1' })
    clock.ms = 1000
    expect(await kept('alice', 'call_1')).toEqual({})
  })

  test('have a new time to live when they are stored again', async () => {
    const { clock, store, kept } = storeAt()
    store.put('alice', 'call_1', 'S1')
    clock.ms = 900
    store.put('alice', 'call_1', 'S2')
    clock.ms = 1800
    expect(await kept('alice', 'call_1')).toEqual({ call_1: 'S2' })
  })

  test('evict the oldest ones to make room', async () => {
    const { store, kept } = storeAt(100)
    for (const id of ['1', '2', '3', '4']) store.put('a', id, id.repeat(30))
    expect(Object.keys(await kept('a', '1', '2', '3', '4'))).toEqual(['3', '4'])
  })

  test('stay within the size limit, in any order of writes', async () => {
    const puts = fc.array(fc.tuple(fc.nat(5), fc.nat(9), fc.nat(120)), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(puts, async (all) => {
        const { store, kept } = storeAt(100)
        for (const [caller, id, length] of all) store.put(`${caller}`, `${id}`, 'x'.repeat(length))
        const sizes = await Promise.all(
          [...Array(6).keys()].map(async (caller) =>
            Object.values(await kept(`${caller}`, ...Array.from({ length: 10 }, (_, id) => `${id}`))).reduce(
              (sum, { length }) => sum + length,
              0,
            ),
          ),
        )
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100)
      }),
    )
  })

  test('that are larger than the whole store are not stored, and evict nothing', async () => {
    const { store, kept } = storeAt(100)
    store.put('a', '1', 'x'.repeat(30))
    store.put('a', '2', 'x'.repeat(101))
    expect(Object.keys(await kept('a', '1', '2'))).toEqual(['1'])
  })
})
