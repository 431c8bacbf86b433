import { randomBytes } from 'node:crypto'
import { asBuffer } from './asBuffer.js'

/**
 * Long media of a request or an answer, which stay the bytes that arrived. In the parsed JSON, a
 * mark stands for them; its secret exists for this exchange only, so that no other text has it.
 */
export class MediaBytes {
  /** Made at the first mark: most exchanges have none. */
  #secret: string | undefined
  /** The pieces of each medium. */
  readonly #media: (readonly Uint8Array[])[] = []

  /** True where there are no marks. */
  get isEmpty(): boolean {
    return this.#media.length === 0
  }

  /**
   * Adds media.
   *
   * @param bytes - a part of a JSON string: ASCII without quotes, escapes and control characters; a
   *   list of pieces may grow as they arrive
   * @returns the mark that stands for the bytes, without characters that JSON escapes
   */
  add(bytes: Uint8Array | readonly Uint8Array[]): string {
    this.#secret ??= `<${randomBytes(16).toString('base64url')}:`
    this.#media.push(bytes instanceof Uint8Array ? [bytes] : bytes)
    return `${this.#secret}${this.#media.length - 1}>`
  }

  /** The number of marks in a text. */
  countIn(text: string): number {
    return this.#secret === undefined ? 0 : text.split(this.#secret).length - 1
  }

  /** True where all marks are in these texts, each of which has at most one. */
  areAllIn(texts: readonly string[]): boolean {
    return texts.filter((text) => this.countIn(text) > 0).length === this.#media.length
  }

  /** The length of a text with the media in place of their marks. */
  lengthOf(text: string): number {
    return this.#split(text, (start) => start.length).reduce(
      (sum: number, piece) => sum + (typeof piece === 'number' ? piece : piece.length),
      0,
    )
  }

  /** Puts the media in place of their marks. This copies them: use it for short ones only. */
  toText(text: string): string {
    if (this.countIn(text) === 0) return text
    return this.#split(text, (between) => between)
      .map((piece) => (typeof piece === 'string' ? piece : asBuffer(piece).toString('latin1')))
      .join('')
  }

  /**
   * Puts the media in place of their marks. The result is in pieces: joining them would copy the
   * media.
   */
  toPieces(text: string | Uint8Array): readonly Uint8Array[] {
    if (typeof text === 'string') return this.#split(text, (between) => Buffer.from(between))
    // A mark is the only part of such bytes that has to be read.
    const bytes = asBuffer(text)
    return this.#secret === undefined || !bytes.includes(this.#secret) ? [text] : this.#split(bytes.toString('latin1'), toLatin1)
  }

  /** Serialises a value to JSON, with the media in place of their marks, in pieces likewise. */
  toJson(value: unknown): readonly Uint8Array[] {
    return this.toPieces(JSON.stringify(value))
  }

  /** Splits a text at its marks. @returns what is between them, converted, and the media */
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
