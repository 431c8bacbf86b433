import { isUtf8 } from 'node:buffer'

/** A single event grew beyond the limit. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge'

  constructor(limitBytes: number) {
    super(`an event is larger than ${limitBytes} bytes`)
  }
}

/** The bytes are not UTF-8. */
export class MalformedText extends Error {
  override readonly name = 'MalformedText'

  constructor(cause: unknown) {
    super('the event stream is not UTF-8', { cause })
  }
}

/** Takes the bytes of an event stream apart. */
export interface Splitter {
  /**
   * Adds what one network read brought.
   *
   * @returns the `data` of every event that is complete now, several `data` lines joined by LF
   * @throws {EventTooLarge} or {MalformedText}
   */
  push(bytes: Uint8Array): string[]
  /** The stream is over: gives the event that lacked its blank line, if there is one. */
  end(): string[]
  /**
   * Lines that belong to no event stream, joined by LF; empty in a sound stream.
   *
   * Gemini appends errors to a running stream as bare JSON, which the standard would ignore.
   */
  stray(): string
}

const LF = 10
const BOM = '\ufeff'

/**
 * Makes a splitter for one stream, after the standard's rules: LF, CR and CRLF, a leading BOM, comments, characters
 * cut anywhere.
 *
 * @param limitBytes - largest event, counted in UTF-16 units, which no UTF-8 text exceeds in bytes
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function makeSplitter(limitBytes: number): Splitter {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let isFirst = true
  let isCut = false
  let rest = ''
  let endedInCr = false
  let data: string | undefined
  let stray = ''

  const decode = (bytes?: Uint8Array): string => {
    try {
      if (bytes === undefined) return decoder.decode()
      // Nearly every read ends with an event, and the decoder's way of remembering half a character costs more than all else here.
      if (!isCut && isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
      isCut = true
      return decoder.decode(bytes, { stream: true })
    } catch (cause) {
      throw new MalformedText(cause)
    }
  }
  const takeLine = (line: string, events: string[]): void => {
    if (line === '') {
      if (data !== undefined) events.push(data)
      data = undefined
    } else if (line.startsWith('data:')) {
      const value = line.slice(line[5] === ' ' ? 6 : 5)
      data = data === undefined ? value : `${data}\n${value}`
    } else if (line === 'data') {
      data = data === undefined ? '' : `${data}\n`
    } else if (!/^(?::|event:|id:|retry:|event$|id$|retry$)/.test(line)) {
      stray = stray === '' ? line : `${stray}\n${line}`
    }
    if ((data?.length ?? 0) + stray.length > limitBytes) throw new EventTooLarge(limitBytes)
  }

  const takeText = (piece: string): string[] => {
    const events: string[] = []
    const text = isFirst && piece.startsWith(BOM) ? piece.slice(1) : piece
    if (piece !== '') isFirst = false
    let lines = endedInCr && text.charCodeAt(0) === LF ? text.slice(1) : text
    if (text !== '') endedInCr = text.endsWith('\r')
    if (lines.includes('\r')) lines = lines.replace(/\r\n?/g, '\n')
    let start = 0
    // Only what is new is searched: a search through the rest would copy it together at every read.
    for (let end = lines.indexOf('\n'); end !== -1; end = lines.indexOf('\n', start)) {
      takeLine(rest + lines.slice(start, end), events)
      rest = ''
      start = end + 1
    }
    rest += lines.slice(start)
    if (rest.length > limitBytes) throw new EventTooLarge(limitBytes)
    return events
  }

  return {
    push: (bytes) => takeText(decode(bytes)),
    end: () => takeText(`${decode()}\n\n`),
    stray: () => stray,
  }
}
