import { Counter, type Registry } from 'prom-client'

// Joins label values. None contains NUL: clients do not choose them, and settings have no NUL.
const SEPARATOR = '\0'

/** A Prometheus counter with labels. It counts in a Map, which is cheaper, until it is read. */
export class LabelledCounter {
  readonly #counts = new Map<string, number>()

  /** @param labelNames - names of the labels, in the order of the values given to {@link add} */
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

  /** Adds `count` to the counter with these label values. */
  add(values: readonly (string | number)[], count = 1): void {
    const key = values.join(SEPARATOR)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }
}
