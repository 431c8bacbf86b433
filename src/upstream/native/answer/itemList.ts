/** Maximum number of items; real lists are far shorter. Each costs CPU time as the answer ends. */
export const MAX_ITEMS = 10_000

/**
 * A list of items that the events of a stream report, such as grounding chunks. `add` returns a new
 * list, so that a resumption can return to an earlier one. Both lists share one array, because a
 * copy for each event would take quadratic time.
 */
export class ItemList {
  /**
   * @param shared - array shared with later lists: the items of this list, then those of later ones
   */
  private constructor(
    private readonly shared: unknown[],
    readonly length: number,
  ) {}

  /** Makes a list of the given items; drops those after the first {@link MAX_ITEMS}. */
  static of(items: readonly unknown[] = []): ItemList {
    return new ItemList([], 0).add(items)
  }

  /**
   * Returns a list with the items of an event added. The event has only new items, or begins with
   * all earlier items, which are not added twice. Invalidates lists that earlier calls of `add` on
   * this list returned.
   *
   * @param from - index of the first item that may be reported again
   */
  add(items: readonly unknown[], from = 0): ItemList {
    const count = this.length - from
    const isRepeated = items.length >= count && this.#isRepeatedBy(items, from)
    this.shared.length = this.length
    for (const item of isRepeated ? items.slice(count) : items) {
      if (this.shared.length === MAX_ITEMS) break
      this.shared.push(item)
    }
    return new ItemList(this.shared, this.shared.length)
  }

  /** Returns the items as a new array. */
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
