import { MediaBytes } from './mediaBytes.js'

/** The long media of the answers to one request; counts their memory. */
export class AnswerMedia extends MediaBytes {
  /** Bytes that are counted already but have not arrived yet. */
  #reservedBytes = 0

  /** @param hold - counts memory of the exchange in bytes; throws an ApiError beyond the limit */
  constructor(private readonly hold: (bytes: number) => void) {
    super()
  }

  /** Counts media before they are generated. @throws ApiError 503 beyond the limit */
  reserve(bytes: number): void {
    this.hold(bytes)
    this.#reservedBytes += bytes
  }

  /** Counts media that have arrived, less reserved bytes. @throws ApiError 503 beyond the limit */
  count(bytes: number): void {
    const reserved = Math.min(this.#reservedBytes, bytes)
    this.#reservedBytes -= reserved
    if (bytes > reserved) this.hold(bytes - reserved)
  }

  /** Reserves the bytes of discarded media, such as those of a failed attempt, for later media. */
  reserveDiscarded(bytes: number): void {
    this.#reservedBytes += bytes
  }
}
