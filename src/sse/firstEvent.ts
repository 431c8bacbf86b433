/**
 * Waits for the first item of a stream, so that an early failure can still become an HTTP status.
 *
 * @param patienceMs - longest wait, in milliseconds; after it the stream begins without its first item
 * @returns every item of `source`, the first included; leaving it early returns `source`
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
  return new Begun(first, iterator)
}

/** An iterator whose first item has been requested. Not a generator: that costs a turn for each item. */
class Begun<T> implements AsyncIterableIterator<T> {
  #first: Promise<IteratorResult<T>> | undefined
  readonly #rest: AsyncIterator<T>

  constructor(first: Promise<IteratorResult<T>>, rest: AsyncIterator<T>) {
    this.#first = first
    this.#rest = rest
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.#first ?? this.#rest.next()
    this.#first = undefined
    return item
  }

  async return(): Promise<IteratorResult<T>> {
    return (await this.#rest.return?.()) ?? { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
