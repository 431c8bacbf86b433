import { MediaBytes } from './mediaBytes.js'

/** The long media of the answers to one request; counts their memory. */
export class AnswerMedia extends MediaBytes {
  /** Bytes that `hold` has counted for media that have not arrived yet. */
  #reservedBytes = 0

  /** @param hold - counts memory of the exchange in bytes; throws an ApiError beyond the limit */
  constructor(private readonly hold: (bytes: number) => void) {
    super()
  }

  /** Counts bytes of media that Gemini has yet to send. @throws ApiError 503 beyond the limit */
  reserve(bytes: number): void {
    this.hold(bytes)
    this.#reservedBytes += bytes
  }

  /** Counts bytes of media that arrived, less reserved ones. @throws ApiError 503 at the limit */
  count(bytes: number): void {
    const reserved = Math.min(this.#reservedBytes, bytes)
    this.#reservedBytes -= reserved
    if (bytes > reserved) this.hold(bytes - reserved)
  }

  /** Uses the counted bytes of discarded media, as of a failed attempt, for later media. */
  reserveDiscarded(bytes: number): void {
    this.#reservedBytes += bytes
  }
}
