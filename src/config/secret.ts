import { inspect } from 'node:util'

// The last characters of a shorter secret are not shown: they would reveal too much of it.
const MIN_LENGTH_TO_SHOW_END = 8

/** A value that strings, JSON and `console.log` show as `[redacted]`; only `reveal` returns it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Returns the secret value, to be sent or hashed. */
  reveal(): string {
    return this.#value
  }

  /** The last four characters, by which operators recognise a key; empty if it has less than 8. */
  get end(): string {
    return this.#value.length < MIN_LENGTH_TO_SHOW_END ? '' : this.#value.slice(-4)
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
