/**
 * Waits a while for the first item, so that an early failure can still become an HTTP status.
 *
 * @param patienceMs - longest wait, in milliseconds; after it the stream begins without its first item
 * @returns an iterable of every item of `source`, the first included; leaving it early returns `source`
 * @throws whatever `source` throws before its first item
 */
export async function primed<T>(source: AsyncIterable<T>, patienceMs: number): Promise<AsyncIterable<T>> {
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
  return resumed(first, iterator)
}

/** Gives the first item, then hands the source's own on: a generator in between would cost a turn for each item. */
function resumed<T>(first: Promise<IteratorResult<T>>, iterator: AsyncIterator<T>): AsyncIterable<T> {
  let next = (): Promise<IteratorResult<T>> => {
    next = () => iterator.next()
    return first
  }
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => next(),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  }
}
