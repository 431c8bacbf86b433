/** A ring buffer: stores the latest items of a sequence. */
export class RingBuffer<T> {
  readonly #items: T[] = []
  #next = 0

  /** @param size - maximum number of stored items */
  constructor(private readonly size: number) {}

  /** Adds an item; removes the oldest one if there are more than `size`. */
  push(item: T): void {
    this.#items[this.#next] = item
    this.#next = (this.#next + 1) % this.size
  }

  /** All items, newest first. */
  newestFirst(): T[] {
    return [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)].reverse()
  }
}
