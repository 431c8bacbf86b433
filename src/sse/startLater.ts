/**
 * Returns the items of a source that is created only when the first item is requested. Not a
 * generator: `yield*` would delay each item by several microtasks.
 *
 * @param start - makes the source; never called if nothing is read
 */
export function startOnFirstRead<T>(start: () => Promise<AsyncIterable<T>>): AsyncIterableIterator<T> {
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
