/**
 * Returns the items of a source that is made at the first read. Not a generator: `yield*` would
 * delay each item by several microtasks.
 *
 * @param start - makes the source; never called if nothing is read
 */
export function startLater<T>(start: () => Promise<AsyncIterable<T>>): AsyncIterableIterator<T> {
  let source: AsyncIterator<T> | undefined
  const begin = async (): Promise<IteratorResult<T>> => {
    source = (await start())[Symbol.asyncIterator]()
    return source.next()
  }
  const items: AsyncIterableIterator<T> = {
    next: () => source?.next() ?? begin(),
    return: async () => (await source?.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => items,
  }
  return items
}
