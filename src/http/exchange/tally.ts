import { Counter, type Registry } from 'prom-client'

// Cannot occur in a label value: clients choose none, and no environment variable contains it.
const SEPARATOR = '\0'

/** A Prometheus counter with labels. Counts in plain numbers, which is cheaper, until read. */
export class Tally {
  readonly #counts = new Map<string, number>()

  /** @param labelNames - the names of the labels, in the order of the values of {@link add} */
  constructor(registry: Registry, name: string, help: string, labelNames: readonly string[]) {
    const toLabels = (key: string): Record<string, string> =>
      Object.fromEntries(key.split(SEPARATOR).map((value, index) => [labelNames[index] ?? '', value]))
    const counter = new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect: () => {
        counter.reset()
        for (const [key, count] of this.#counts) counter.inc(toLabels(key), count)
      },
    })
  }

  /** Adds to the count of these label values. */
  add(values: readonly (string | number)[], count = 1): void {
    const key = values.join(SEPARATOR)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }
}
