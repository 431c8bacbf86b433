import { randomBytes } from 'node:crypto'

/**
 * Long media of a request, which stay the bytes that the client sent. In the parsed request, a mark
 * stands for them; its secret exists for this request only, so that no text of a client has it.
 */
export class MediaBytes {
  readonly #secret = `<${randomBytes(16).toString('base64url')}:`
  readonly #media: Uint8Array[] = []

  /**
   * Adds media.
   *
   * @param bytes - a part of a JSON string: ASCII without quotes, escapes and control characters
   * @returns the mark that stands for the bytes, without characters that JSON escapes
   */
  add(bytes: Uint8Array): string {
    this.#media.push(bytes)
    return `${this.#secret}${this.#media.length - 1}>`
  }

  /** True where all marks are in these texts, none of which has two. */
  areAllIn(texts: readonly string[]): boolean {
    return texts.filter((text) => text.includes(this.#secret)).length === this.#media.length
  }

  /**
   * Serialises a value to JSON, with the media in place of their marks. The result is in pieces:
   * joining them would copy the media.
   */
  toJson(value: unknown): readonly Uint8Array[] {
    const [start = '', ...others] = JSON.stringify(value).split(this.#secret)
    const pieces: Uint8Array[] = [Buffer.from(start)]
    for (const text of others) {
      const end = text.indexOf('>')
      pieces.push(this.#media[Number(text.slice(0, end))] ?? Buffer.of(), Buffer.from(text.slice(end + 1)))
    }
    return pieces
  }
}
