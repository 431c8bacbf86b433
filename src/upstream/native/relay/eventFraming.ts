import { CR, LF, NON_DATA_LINE } from '../../../sse/parse.js'
import { type Frame, type Framing, toText } from './framing.js'
import { HeldBytes } from './heldBytes.js'

/**
 * Splits an event stream at its blank lines. Lines that are not SSE, such as an error as bare JSON,
 * also become a frame.
 */
export class EventFraming implements Framing {
  readonly #held = new HeldBytes()
  /** True while the current line is empty or has only a CR. */
  #isLineBlank = true
  /** Always true: a body that ends without a blank line is whole if its last JSON is valid. */
  readonly isWhole = true

  get heldBytes(): number {
    return this.#held.length
  }

  push(bytes: Uint8Array): Frame[] {
    const ends: number[] = []
    let start = 0
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      if (this.#isLineBlank && isBlank(bytes, start, end)) ends.push(end + 1)
      this.#isLineBlank = true
      start = end + 1
    }
    this.#isLineBlank &&= isBlank(bytes, start, bytes.length)
    return this.#held.cut(bytes, ends).map(frameOfEvent)
  }

  end(): Frame[] {
    const rest = this.#held.rest()
    return rest.length === 0 ? [] : [frameOfEvent(rest)]
  }
}

const isBlank = (bytes: Uint8Array, start: number, end: number): boolean => end === start || (end === start + 1 && bytes[start] === CR)

const frameOfEvent = (bytes: Uint8Array): Frame => ({ bytes, json: dataOf(toText(bytes)) })

/** Returns the data of an event; if it has none, its lines that are not SSE, such as bare JSON. */
function dataOf(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => !NON_DATA_LINE.test(line))
  const data = lines.filter((line) => line.startsWith('data:'))
  return data.length === 0 ? lines.join('\n').trim() : data.map((line) => line.slice('data:'.length)).join('\n')
}
