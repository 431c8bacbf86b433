import { type Frame, type Framing, toText } from './framing.js'
import { HeldBytes } from './heldBytes.js'

/** ASCII codes of the characters that structure JSON. */
const BYTES = { quote: 0x22, backslash: 0x5c, openingBracket: 0x5b, closingBracket: 0x5d, openingBrace: 0x7b, closingBrace: 0x7d }
/** Nesting depth between two elements of the array. */
const ELEMENT_DEPTH = 1

/**
 * Splits a JSON array, the format of Google's streams without `alt=sse`, after each element. Holds
 * the closing bracket back until the body ends, because no error could be sent after it.
 */
export class ArrayFraming implements Framing {
  readonly #held = new HeldBytes()
  #depth = 0
  #isInString = false
  #isEscaped = false
  #hasBegun = false
  #isFirst = true

  get isWhole(): boolean {
    return this.#hasBegun && this.#depth === 0
  }

  get heldBytes(): number {
    return this.#held.length
  }

  push(bytes: Uint8Array): Frame[] {
    const ends: number[] = []
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (this.#isInString) this.#readInString(byte)
      else if (byte === BYTES.quote) this.#isInString = true
      else if (byte === BYTES.openingBrace || byte === BYTES.openingBracket) this.#open()
      else if (byte === BYTES.closingBrace || byte === BYTES.closingBracket) {
        this.#depth -= 1
        if (this.#depth === ELEMENT_DEPTH && byte === BYTES.closingBrace) ends.push(at + 1)
      }
    }
    return this.#held.cut(bytes, ends).map((element) => this.#toFrame(element))
  }

  end(): Frame[] {
    const rest = this.#held.rest()
    return rest.length === 0 ? [] : [this.#toFrame(rest)]
  }

  #open(): void {
    this.#hasBegun = true
    this.#depth += 1
  }

  #readInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BYTES.backslash) this.#isEscaped = true
    else if (byte === BYTES.quote) this.#isInString = false
  }

  /** Makes a frame of an element with the bracket or comma before it, or of the closing bracket. */
  #toFrame(bytes: Uint8Array): Frame {
    const text = toText(bytes)
    const json = text.replace(this.#isFirst ? /^\s*\[/ : /^\s*,/, '').trim()
    // JSON without a bracket or comma before it is outside of the array: it must be an error.
    const isStray = json === text.trim()
    this.#isFirst = false
    return json === ']' ? { bytes, json: '', isLast: true } : { bytes, json, isStray }
  }
}
