import { inspect } from 'node:util'

/**
 * A value that cannot be printed by accident: strings, JSON and `console.log` of it say `[redacted]`.
 *
 * Only {@link Secret.reveal} gives the value away, so that a search for `reveal` finds every use.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself, for the one place that has to send or hash it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [inspect.custom](): string {
    return '[redacted]'
  }
}
