import { MediaBytes } from './mediaBytes.js'

/** Base64 media, such as images, in the answers to one request; counts the memory they use. */
export class AnswerMedia extends MediaBytes {
  /** Bytes that were counted in advance and that no arrived media have used yet. */
  #reservedBytes = 0

  /** @param countBytes - adds bytes to the request's memory; throws an ApiError at the limit */
  constructor(private readonly countBytes: (bytes: number) => void) {
    super()
  }

  /** Counts the memory of media before Gemini sends them. @throws ApiError 503 beyond the limit */
  reserve(bytes: number): void {
    this.countBytes(bytes)
    this.#reservedBytes += bytes
  }

  /** Counts the bytes of arrived media that were not reserved. @throws ApiError 503 at the limit */
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
