import { isUtf8 } from 'node:buffer'
import { asBuffer } from '../contract/asBuffer.js'

/** Thrown if a server-sent event is larger than the limit of its {@link EventSplitter}. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge'

  constructor(limitBytes: number) {
    super(`an event is larger than ${limitBytes} bytes`)
  }
}

/** Thrown for an event stream that is not UTF-8. */
export class MalformedText extends Error {
  override readonly name = 'MalformedText'

  constructor(cause: unknown) {
    super('the event stream is not UTF-8', { cause })
  }
}

/** Line feed: a byte that ends a line. */
export const LF = 10
/** Carriage return: a byte that ends a line, alone or together with a following LF. */
export const CR = 13
const BOM = '\ufeff'
const LONE_CR = /\r(?!\n)/
/** Matches an SSE line that is not data: a comment, or a field `event`, `id` or `retry`. */
export const NON_DATA_LINE = /^(?::|event:|id:|retry:|event$|id$|retry$)/

/**
 * Splits the bytes of one event stream into events, as the standard requires: handles LF, CR, CRLF,
 * a leading BOM, comments, and characters that are split between network reads.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #isFirst = true
  #isCut = false
  #rest = ''
  #endedInCr = false
  #data: string | undefined
  #stray = ''

  /** True once the line with the end marker has arrived. */
  #isEnding = false
  /** True once bytes follow the end marker, which are discarded, or the stream ends after it. */
  hasEnded = false

  /**
   * @param limitBytes - largest event. Compared with UTF-16 units, of which no text has more than
   *   UTF-8 bytes
   * @param endMarker - data of the event that ends the stream; undefined for a stream without one
   */
  constructor(
    private readonly limitBytes: number,
    private readonly endMarker?: string,
  ) {}

  /**
   * Adds the bytes of one network read.
   *
   * @param events - the list to which complete events are added, even if this method then throws
   * @returns `events`. Each event is represented by its `data`, several `data` lines joined by LF;
   *   the end marker is omitted
   * @throws {EventTooLarge} or {MalformedText}
   */
  push(bytes: Uint8Array, events: string[] = []): string[] {
    if (this.#isEnding && bytes.length > 0) this.hasEnded = true
    if (this.hasEnded) return events
    // Fast path: nearly every network read ends after an event, so it is valid UTF-8 by itself.
    // After the first one that is not, the slower stateful decoder reads the rest of the stream.
    if (!this.#isCut && isUtf8(bytes)) {
      this.#takeText(asBuffer(bytes).toString(), events)
      return events
    }
    this.#isCut = true
    // Decode line by line, because bytes after the end marker need not be UTF-8.
    for (let start = 0, end = 0; start < bytes.length && !this.hasEnded; start = end) {
      end = findLineEnd(bytes, start)
      if (this.#isEnding) this.hasEnded = true
      else this.#takeText(this.#decode(bytes.subarray(start, end)), events)
    }
    return events
  }

  /** Ends the stream. @returns the last event if its final blank line is missing; else [] */
  end(): string[] {
    if (this.#isEnding) this.hasEnded = true
    if (this.hasEnded) return []
    const events: string[] = []
    this.#takeText(`${this.#decode()}\n\n`, events)
    return events
  }

  /** Returns the lines outside of events, such as the JSON of a Gemini error, joined by LF. */
  strayLines(): string {
    return this.#stray
  }

  #decode(bytes?: Uint8Array): string {
    try {
      return bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true })
    } catch (cause) {
      throw new MalformedText(cause)
    }
  }

  #takeText(piece: string, events: string[]): void {
    const text = this.#isFirst && piece.startsWith(BOM) ? piece.slice(1) : piece
    if (piece !== '') this.#isFirst = false
    let lines = this.#endedInCr && text.charCodeAt(0) === LF ? text.slice(1) : text
    if (text !== '') this.#endedInCr = text.endsWith('\r')
    if (LONE_CR.test(lines)) lines = lines.replace(/\r\n?/g, '\n')
    let start = 0
    // Search only the new text for line ends: joining it with the unfinished line would copy both.
    for (let end = lines.indexOf('\n'); end !== -1; end = lines.indexOf('\n', start)) {
      this.#takeLine(this.#rest + lines.slice(start, lines.charCodeAt(end - 1) === CR ? end - 1 : end), events)
      this.#rest = ''
      start = end + 1
      if (this.#isEnding) {
        this.hasEnded = start < lines.length
        return
      }
    }
    this.#rest += lines.slice(start)
    if (this.#rest.length > this.limitBytes) throw new EventTooLarge(this.limitBytes)
  }

  #takeLine(line: string, events: string[]): void {
    if (line === '') {
      if (this.#data !== undefined) events.push(this.#data)
      this.#data = undefined
    } else if (line.startsWith('data:')) {
      const value = line.slice(line[5] === ' ' ? 6 : 5)
      if (value.trim() === this.endMarker && (this.#data ?? '').trim() === '') this.#isEnding = true
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
    } else if (line === 'data') {
      this.#data = this.#data === undefined ? '' : `${this.#data}\n`
    } else if (!NON_DATA_LINE.test(line)) {
      this.#stray = this.#stray === '' ? line : `${this.#stray}\n${line}`
    }
    if ((this.#data?.length ?? 0) + this.#stray.length > this.limitBytes) throw new EventTooLarge(this.limitBytes)
  }
}

/** Returns the index after the next LF or CR byte, or `bytes.length` if no such byte follows. */
function findLineEnd(bytes: Uint8Array, from: number): number {
  for (let index = from; index < bytes.length; index += 1) {
    if (bytes[index] === LF || bytes[index] === CR) return index + 1
  }
  return bytes.length
}
