import { describe, expect, test, vi } from 'vitest'
import { awaitFirstEvent } from '../../../src/sse/firstEvent.js'

/** A source that records what happens to it. */
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

/** A value that the test resolves later. */
function later<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('awaitFirstEvent', () => {
  test.each([[[]], [['a']], [['a', 'b', 'c']]])('gives every item of %j', async (items) => {
    expect(await collect(await awaitFirstEvent(source<string>(items).items, 1_000))).toEqual(items)
  })

  test('throws what the source throws before its first item', async () => {
    const { items, fate } = source([new RangeError('early')])
    await expect(awaitFirstEvent(items, 1_000)).rejects.toThrow(RangeError)
    expect(fate.isReturned).toBe(true)
  })

  test('gives the items before a later failure', async () => {
    const seen: string[] = []
    const items = await awaitFirstEvent(source<string>(['a', new Error('late')]).items, 1_000)
    const reading = async (): Promise<void> => {
      for await (const item of items) seen.push(item)
    }
    await expect(reading()).rejects.toThrow('late')
    expect(seen).toEqual(['a'])
  })

  test('asks for the first item only, until it is read', async () => {
    const { items, fate } = source(['a', 'b'])
    const ready = await awaitFirstEvent(items, 1_000)
    expect(fate.asked).toBe(1)
    expect(await collect(ready)).toEqual(['a', 'b'])
  })

  test('begins without the first item when patience runs out, and loses nothing', async () => {
    const { promise, resolve } = later<string>()
    const items = await awaitFirstEvent(source([promise, 'b']).items, 10)
    resolve('a')
    expect(await collect(items)).toEqual(['a', 'b'])
  })

  test('with no patience begins at once', async () => {
    const { promise, resolve } = later<string>()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const ready = awaitFirstEvent(source([promise]).items, 0)
    vi.advanceTimersByTime(1) // the shortest timer of Node.js
    vi.useRealTimers()
    const items = await ready
    resolve('a')
    expect(await collect(items)).toEqual(['a'])
  })

  test('a failure after patience comes to the reader', async () => {
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

  test('leaving early returns the source', async () => {
    const { items, fate } = source(['a', 'b', 'c'])
    for await (const item of await awaitFirstEvent(items, 1_000)) if (item === 'a') break
    expect(fate).toEqual({ asked: 1, isReturned: true })
  })

  test('a reader that fails returns the source', async () => {
    const { items, fate } = source(['a', 'b'])
    const reading = async (): Promise<void> => {
      for await (const _ of await awaitFirstEvent(items, 1_000)) throw new Error('reader')
    }
    await expect(reading()).rejects.toThrow('reader')
    expect(fate.isReturned).toBe(true)
  })

  test('a source without a return method may be left', async () => {
    const bare: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 'a' }) }) }
    const seen: string[] = []
    for await (const item of await awaitFirstEvent(bare, 1_000)) {
      seen.push(item)
      if (seen.length === 3) break
    }
    expect(seen).toEqual(['a', 'a', 'a'])
  })
})
