import { randomBytes } from 'node:crypto'
import { asBuffer } from './asBuffer.js'

/**
 * Base64 media of a request or an answer, as the bytes that arrived. In the JSON, placeholders
 * replace them; each contains a random secret of the exchange, so that no other text equals one.
 */
export class MediaBytes {
  /** Random start of each placeholder; generated when needed: most exchanges have no media. */
  #secret: string | undefined
  /** The bytes of each medium, in pieces. Its placeholder contains its index in this array. */
  readonly #media: (readonly Uint8Array[])[] = []

  /** True if no media have been added. */
  get isEmpty(): boolean {
    return this.#media.length === 0
  }

  /**
   * Adds one medium, such as an image.
   *
   * @param bytes - content of a JSON string: ASCII without quotes, escapes, control characters; a
   *   list of pieces may grow after this call
   * @returns the placeholder for the bytes, without characters that JSON escapes
   */
  add(bytes: Uint8Array | readonly Uint8Array[]): string {
    this.#secret ??= `<${randomBytes(16).toString('base64url')}:`
    this.#media.push(bytes instanceof Uint8Array ? [bytes] : bytes)
    return `${this.#secret}${this.#media.length - 1}>`
  }

  /** Counts the placeholders in a text. */
  countPlaceholders(text: string): number {
    return this.#secret === undefined ? 0 : text.split(this.#secret).length - 1
  }

  /** True if these texts, each with at most one placeholder, contain every medium's placeholder. */
  haveAllPlaceholders(texts: readonly string[]): boolean {
    return texts.filter((text) => this.countPlaceholders(text) > 0).length === this.#media.length
  }

  /** The length that a text has once media replace its placeholders, in UTF-16 units. */
  lengthWithMedia(text: string): number {
    return this.#split(text, (start) => start.length).reduce(
      (sum: number, piece) => sum + (typeof piece === 'number' ? piece : piece.length),
      0,
    )
  }

  /** Replaces the placeholders of a text by their media. For short media only: it copies them. */
  toText(text: string): string {
    if (this.countPlaceholders(text) === 0) return text
    return this.#split(text, (between) => between)
      .map((piece) => (typeof piece === 'string' ? piece : asBuffer(piece).toString('latin1')))
      .join('')
  }

  /**
   * Replaces the placeholders of a text by their media. Returns the result in pieces, because
   * joining them would copy the media.
   */
  toPieces(text: string | Uint8Array): readonly Uint8Array[] {
    if (typeof text === 'string') return this.#split(text, (between) => Buffer.from(between))
    // latin1 maps each byte to one character, which suffices: the placeholders are ASCII.
    const bytes = asBuffer(text)
    return this.#secret === undefined || !bytes.includes(this.#secret) ? [text] : this.#split(bytes.toString('latin1'), toLatin1)
  }

  /** Splits a text at its placeholders. @returns the converted texts, with the media in between */
  #split<T>(text: string, convert: (between: string) => T): (T | Uint8Array)[] {
    const [start = '', ...others] = this.#secret === undefined ? [text] : text.split(this.#secret)
    const pieces: (T | Uint8Array)[] = [convert(start)]
    for (const other of others) {
      const end = other.indexOf('>')
      // Not `push(...pieces)`: a function call has a maximum number of arguments.
      for (const piece of this.#media[Number(other.slice(0, end))] ?? []) pieces.push(piece)
      pieces.push(convert(other.slice(end + 1)))
    }
    return pieces
  }
}

const toLatin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
