import { randomBytes } from 'node:crypto'
import { asBuffer } from './asBuffer.js'

/**
 * Long media of a request or an answer, as the bytes that arrived. In its JSON, placeholders stand
 * for them. Each contains a secret of this exchange, so that no other text looks like one.
 */
export class MediaBytes {
  /** How each placeholder begins. Made for the first one: most exchanges have none. */
  #secret: string | undefined
  /** The pieces of each medium, at the index that its placeholder contains. */
  readonly #media: (readonly Uint8Array[])[] = []

  /** True if no media have been added. */
  get isEmpty(): boolean {
    return this.#media.length === 0
  }

  /**
   * Adds one medium, such as an image.
   *
   * @param bytes - a part of a JSON string: ASCII without quotes, escapes and control characters; a
   *   list of pieces may grow as they arrive
   * @returns the placeholder for the bytes, without characters that JSON escapes
   */
  add(bytes: Uint8Array | readonly Uint8Array[]): string {
    this.#secret ??= `<${randomBytes(16).toString('base64url')}:`
    this.#media.push(bytes instanceof Uint8Array ? [bytes] : bytes)
    return `${this.#secret}${this.#media.length - 1}>`
  }

  /** The number of placeholders in a text. */
  countIn(text: string): number {
    return this.#secret === undefined ? 0 : text.split(this.#secret).length - 1
  }

  /** True if these texts, each with at most one placeholder, contain all placeholders. */
  areAllIn(texts: readonly string[]): boolean {
    return texts.filter((text) => this.countIn(text) > 0).length === this.#media.length
  }

  /** The length of a text with its placeholders replaced by their media. */
  lengthOf(text: string): number {
    return this.#split(text, (start) => start.length).reduce(
      (sum: number, piece) => sum + (typeof piece === 'number' ? piece : piece.length),
      0,
    )
  }

  /** Returns a text with media for its placeholders. Copies them: for short media only. */
  toText(text: string): string {
    if (this.countIn(text) === 0) return text
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
    // Only the ASCII placeholders are read: latin1 decodes and encodes all other bytes unchanged.
    const bytes = asBuffer(text)
    return this.#secret === undefined || !bytes.includes(this.#secret) ? [text] : this.#split(bytes.toString('latin1'), toLatin1)
  }

  /** Serialises a value to JSON like {@link toPieces}: with the media, in pieces. */
  toJson(value: unknown): readonly Uint8Array[] {
    return this.toPieces(JSON.stringify(value))
  }

  /** Splits a text at its placeholders. @returns the converted texts between them, and the media */
  #split<T>(text: string, convert: (between: string) => T): (T | Uint8Array)[] {
    const [start = '', ...others] = this.#secret === undefined ? [text] : text.split(this.#secret)
    const pieces: (T | Uint8Array)[] = [convert(start)]
    for (const other of others) {
      const end = other.indexOf('>')
      // Not with a spread: there may be more pieces than a function takes arguments.
      for (const piece of this.#media[Number(other.slice(0, end))] ?? []) pieces.push(piece)
      pieces.push(convert(other.slice(end + 1)))
    }
    return pieces
  }
}

const toLatin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
