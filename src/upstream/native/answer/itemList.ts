// Many times what real answers have. Each costs work at the end of the answer.
export const MOST_ITEMS = 10_000

/**
 * Items that the events of a stream report. Immutable, so that an earlier state can be returned to:
 * `add` makes a new list. Both share an array: a copy for each event would take quadratic time.
 */
export class ItemList {
  /** @param shared - holds the items, and after them those of later lists */
  private constructor(
    private readonly shared: unknown[],
    readonly length: number,
  ) {}

  /** Makes a list of the first {@link MOST_ITEMS} of some items. */
  static of(items: readonly unknown[] = []): ItemList {
    return new ItemList([], 0).add(items)
  }

  /**
   * Adds what an event reports: new items only, or all items so far again. The lists that were made
   * of this one before must not be used any more.
   *
   * @param from - index of the first item that may be reported again
   */
  add(items: readonly unknown[], from = 0): ItemList {
    const count = this.length - from
    const isRepeated = items.length >= count && this.#isRepeatedBy(items, from)
    this.shared.length = this.length
    for (const item of isRepeated ? items.slice(count) : items) {
      if (this.shared.length === MOST_ITEMS) break
      this.shared.push(item)
    }
    return new ItemList(this.shared, this.shared.length)
  }

  /** Returns the items. */
  toArray(): readonly unknown[] {
    return this.shared.slice(0, this.length)
  }

  #isRepeatedBy(items: readonly unknown[], from: number): boolean {
    for (let index = from; index < this.length; index += 1) {
      if (JSON.stringify(this.shared[index]) !== JSON.stringify(items[index - from])) return false
    }
    return true
  }
}
