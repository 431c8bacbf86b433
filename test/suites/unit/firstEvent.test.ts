import { describe, expect, test, vi } from 'vitest'
import { awaitFirstEvent } from '../../../src/sse/firstEvent.js'

/** Makes an async generator that records how many items were requested and whether it has ended. */
function source<T>(items: readonly (T | Error | Promise<T>)[]) {
  const fate = { asked: 0, isReturned: false }
  async function* generate(): AsyncGenerator<T> {
    try {
      for (const item of items) {
        fate.asked += 1
        if (item instanceof Error) throw item
        yield await item
      }
    } finally {
      fate.isReturned = true
    }
  }
  return { fate, items: generate() }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Makes a promise that the test resolves later. */
function later<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('awaitFirstEvent', () => {
  test.each([[[]], [['a']], [['a', 'b', 'c']]])('returns every item of %j', async (items) => {
    expect(await collect(await awaitFirstEvent(source<string>(items).items, 1_000))).toEqual(items)
  })

  test('throws what the source throws before its first item', async () => {
    const { items, fate } = source([new RangeError('early')])
    await expect(awaitFirstEvent(items, 1_000)).rejects.toThrow(RangeError)
    expect(fate.isReturned).toBe(true)
  })

  test('returns the items before a later failure', async () => {
    const seen: string[] = []
    const items = await awaitFirstEvent(source<string>(['a', new Error('late')]).items, 1_000)
    const reading = async (): Promise<void> => {
      for await (const item of items) seen.push(item)
    }
    await expect(reading()).rejects.toThrow('late')
    expect(seen).toEqual(['a'])
  })

  test('requests only the first item until it is read', async () => {
    const { items, fate } = source(['a', 'b'])
    const ready = await awaitFirstEvent(items, 1_000)
    expect(fate.asked).toBe(1)
    expect(await collect(ready)).toEqual(['a', 'b'])
  })

  test('begins without the first item after the patience, and loses nothing', async () => {
    const { promise, resolve } = later<string>()
    const items = await awaitFirstEvent(source([promise, 'b']).items, 10)
    resolve('a')
    expect(await collect(items)).toEqual(['a', 'b'])
  })

  test('begins at once without patience', async () => {
    const { promise, resolve } = later<string>()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const ready = awaitFirstEvent(source([promise]).items, 0)
    vi.advanceTimersByTime(1) // Node.js changes a delay of 0 to 1 ms
    vi.useRealTimers()
    const items = await ready
    resolve('a')
    expect(await collect(items)).toEqual(['a'])
  })

  test('passes a failure after the patience to the reader', async () => {
    const { promise, resolve } = later<void>()
    const fail = async (): Promise<never> => {
      await promise
      throw new Error('after patience')
    }
    const failing: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: fail }) }
    const items = await awaitFirstEvent(failing, 5)
    resolve()
    await expect(collect(items)).rejects.toThrow('after patience')
  })

  test('calls return() of the source if the reader stops early', async () => {
    const { items, fate } = source(['a', 'b', 'c'])
    for await (const item of await awaitFirstEvent(items, 1_000)) if (item === 'a') break
    expect(fate).toEqual({ asked: 1, isReturned: true })
  })

  test('calls return() of the source if the reader fails', async () => {
    const { items, fate } = source(['a', 'b'])
    const reading = async (): Promise<void> => {
      for await (const _ of await awaitFirstEvent(items, 1_000)) throw new Error('reader')
    }
    await expect(reading()).rejects.toThrow('reader')
    expect(fate.isReturned).toBe(true)
  })

  test('accepts a source without a return method', async () => {
    const bare: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 'a' }) }) }
    const seen: string[] = []
    for await (const item of await awaitFirstEvent(bare, 1_000)) {
      seen.push(item)
      if (seen.length === 3) break
    }
    expect(seen).toEqual(['a', 'a', 'a'])
  })
})
