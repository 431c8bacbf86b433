/**
 * Gives the items of several sources as they come, the sooner the earlier.
 *
 * @throws what the first source to fail has thrown; the others are then ended, as they are when the iteration is left early
 */
export async function* merged<T>(sources: readonly AsyncIterator<T, unknown>[]): AsyncGenerator<T> {
  const pending = new Map<AsyncIterator<T, unknown>, Promise<{ source: AsyncIterator<T, unknown>; item: IteratorResult<T, unknown> }>>()
  const ask = (source: AsyncIterator<T, unknown>): void => {
    const next = source.next().then((item) => ({ source, item }))
    // Whoever fails while another is awaited is heard at the next turn, or not at all once one has failed.
    next.catch(() => undefined)
    pending.set(source, next)
  }
  try {
    for (const source of sources) ask(source)
    while (pending.size > 0) {
      const { source, item } = await Promise.race(pending.values())
      if (item.done === true) pending.delete(source)
      else {
        ask(source)
        yield item.value
      }
    }
  } finally {
    for (const source of pending.keys()) source.return?.().catch(() => undefined) // it has failed, or was cut off
  }
}
