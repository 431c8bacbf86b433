import { MediaBytes } from './mediaBytes.js'

/** Long media, such as images, of the answers to one request; counts the memory they use. */
export class AnswerMedia extends MediaBytes {
  /** Bytes that are counted in advance for media that have not arrived yet. */
  #reservedBytes = 0

  /** @param hold - counts memory of the exchange in bytes; throws an ApiError beyond the limit */
  constructor(private readonly hold: (bytes: number) => void) {
    super()
  }

  /** Counts the memory of media before Gemini sends them. @throws ApiError 503 beyond the limit */
  reserve(bytes: number): void {
    this.hold(bytes)
    this.#reservedBytes += bytes
  }

  /** Counts arrived media, except bytes reserved before. @throws ApiError 503 beyond the limit */
  count(bytes: number): void {
    const reserved = Math.min(this.#reservedBytes, bytes)
    this.#reservedBytes -= reserved
    if (bytes > reserved) this.hold(bytes - reserved)
  }

  /** Keeps the bytes of discarded media counted: later media of the answer use them up first. */
  reserveDiscarded(bytes: number): void {
    this.#reservedBytes += bytes
  }
}
