import { MediaBytes } from './mediaBytes.js'

/** The long media of the answers to one request, and the memory that they take. */
export class AnswerMedia extends MediaBytes {
  /** What may still arrive without being counted again. */
  #reservedBytes = 0

  /** @param hold - counts memory of the exchange in bytes; throws an ApiError beyond the limit */
  constructor(private readonly hold: (bytes: number) => void) {
    super()
  }

  /** Counts media that are about to be generated. @throws ApiError 503 beyond the limit */
  reserve(bytes: number): void {
    this.hold(bytes)
    this.#reservedBytes += bytes
  }

  /** Counts media that have arrived, unless they are reserved. @throws ApiError 503 likewise */
  count(bytes: number): void {
    const reserved = Math.min(this.#reservedBytes, bytes)
    this.#reservedBytes -= reserved
    if (bytes > reserved) this.hold(bytes - reserved)
  }

  /** Gives back the memory of discarded media, such as those of a failed attempt, for the next. */
  discount(bytes: number): void {
    this.#reservedBytes += bytes
  }
}
