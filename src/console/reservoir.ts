/** A random sample of the added numbers, each equally likely to be in it, in bounded memory. */
export class Reservoir {
  /** How many numbers were added. */
  count = 0
  readonly #numbers: Float64Array

  /** @param size - maximum number of stored numbers; up to this number, all are stored */
  constructor(size: number) {
    this.#numbers = new Float64Array(size)
  }

  /** Adds a number. */
  add(value: number): void {
    const { length } = this.#numbers
    const at = this.count < length ? this.count : Math.floor(Math.random() * (this.count + 1))
    if (at < length) this.#numbers[at] = value
    this.count += 1
  }

  /** Returns percentiles (nearest rank) for ranks from 0 to 100; empty if no number was added. */
  percentiles(ranks: readonly number[]): number[] {
    const sorted = this.#numbers.slice(0, this.count).sort()
    return ranks.flatMap((rank) => sorted[Math.ceil((rank / 100) * sorted.length) - 1] ?? [])
  }

  /** Removes all numbers. */
  clear(): void {
    this.count = 0
  }
}
