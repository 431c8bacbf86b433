import { inspect } from 'node:util'

// The last four characters would reveal too much of a shorter value.
const SHORTEST_LABELED = 8

/** A value that strings, JSON and `console.log` show as `[redacted]`; only `reveal` returns it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Returns the value, to be sent or hashed. */
  reveal(): string {
    return this.#value
  }

  /** The last four characters, by which operators recognise the value; empty for a short value. */
  get end(): string {
    return this.#value.length < SHORTEST_LABELED ? '' : this.#value.slice(-4)
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
