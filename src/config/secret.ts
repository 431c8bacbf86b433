import { inspect } from 'node:util'

/**
 * A value that is not printed by accident: strings, JSON and `console.log` show `[redacted]`.
 *
 * Only {@link Secret.reveal} returns the value, so a search for `reveal` finds every use.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Returns the value, to be sent or hashed. */
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
