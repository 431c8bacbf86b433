/**
 * Waits for the first item of a stream, so that an early failure can still become an HTTP status.
 *
 * @param patienceMs - maximum wait in milliseconds; then returns although no item has arrived
 * @returns all items of `source`, including the first; calling its `return` also closes `source`
 * @throws whatever `source` throws before its first item
 */
export async function awaitFirstEvent<T>(source: AsyncIterable<T>, patienceMs: number): Promise<AsyncIterableIterator<T>> {
  const iterator = source[Symbol.asyncIterator]()
  const first = iterator.next()
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs)
  })
  try {
    await Promise.race([first, patience])
  } finally {
    clearTimeout(timer)
  }
  return continueFrom(first, iterator)
}

/**
 * Returns all items of an iterator whose first item has already been requested. Not a generator,
 * because a generator delays each item by a microtask.
 */
export function continueFrom<T>(first: Promise<IteratorResult<T>>, iterator: AsyncIterator<T>): AsyncIterableIterator<T> {
  let begun: Promise<IteratorResult<T>> | undefined = first
  const items: AsyncIterableIterator<T> = {
    next: () => {
      const item = begun ?? iterator.next()
      begun = undefined
      return item
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => items,
  }
  return items
}
