import { MediaBytes } from './mediaBytes.js'

/** Base64 media, such as images, in the answers to one request; counts the memory they use. */
export class AnswerMedia extends MediaBytes {
  /** Bytes that are counted in advance for media that have not arrived yet. */
  #reservedBytes = 0

  /** @param countBytes - counts memory in use, in bytes; throws an ApiError beyond the limit */
  constructor(private readonly countBytes: (bytes: number) => void) {
    super()
  }

  /** Counts the memory of media before Gemini sends them. @throws ApiError 503 beyond the limit */
  reserve(bytes: number): void {
    this.countBytes(bytes)
    this.#reservedBytes += bytes
  }

  /** Counts media that have arrived, minus reserved bytes. @throws ApiError 503 beyond the limit */
  count(bytes: number): void {
    const reserved = Math.min(this.#reservedBytes, bytes)
    this.#reservedBytes -= reserved
    if (bytes > reserved) this.countBytes(bytes - reserved)
  }

  /** Turns the counted bytes of discarded media into reserved ones, which later media use first. */
  reserveDiscarded(bytes: number): void {
    this.#reservedBytes += bytes
  }
}
