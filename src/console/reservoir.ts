/** A random sample of numbers in bounded memory: each added number is in it with equal chance. */
export class Reservoir {
  /** How many numbers were added. */
  count = 0
  readonly #numbers: Float64Array

  /** @param size - most numbers that are stored; up to this number all are */
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

  /** Returns percentiles, such as of rank 99, by the nearest rank; empty if no number was added. */
  percentiles(ranks: readonly number[]): number[] {
    const sorted = this.#numbers.slice(0, this.count).sort()
    return ranks.flatMap((rank) => sorted[Math.ceil((rank / 100) * sorted.length) - 1] ?? [])
  }

  /** Removes all numbers. */
  clear(): void {
    this.count = 0
  }
}
