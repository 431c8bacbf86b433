import type { AnswerMedia } from '../contract/answerMedia.js'
import { asBuffer } from '../contract/asBuffer.js'
import { apiError } from '../contract/errors.js'
import { BACKSLASH, endOfJsonString, isEscaped, isVisibleAscii, QUOTE } from './strings.js'

// Shorter lines are not scanned for media. Of a longer one, at least this much stays in the JSON.
const MIN_LONG_LINE_BYTES = 65_536
// Minimum size of a piece of media that is worth detaching from the JSON.
const MIN_DETACHED_BYTES = 1_024
// Maximum size of all media of one answer: several images of the largest size.
const MAX_MEDIA_BYTES = 134_217_728
// Small pieces of media are joined up to this size, to save memory.
const SMALL_PIECE_BYTES = 2_048
// Bytes before a string that are searched for the member's name, with colon and white space.
const NAME_BYTES = 64
const END_OF_LINE = 0x0a
const NO_BYTES = Buffer.of()

/** The JSON string that is unfinished at the end of the bytes scanned so far. */
interface OpenString {
  /** The string's length so far, in bytes. */
  length: number
  /** True if the string's next byte is escaped by a backslash. */
  isEscaped: boolean
  /** True if the string is the value of a member which, by its name, may contain media. */
  readonly isMedia: boolean
}

/**
 * Detaches large media (base64 strings) from JSON while it arrives: to decode, parse and serialise
 * an image of 20 MB would block the process, and take several times its memory. The JSON is a whole
 * body, or the lines of an event stream. A line is scanned only once it is long, so that answers
 * without media cost nothing.
 *
 * The beginning of a long string, up to twice 64 KiB, stays in the JSON; a placeholder replaces the
 * rest. The name of a member does not prove that its value is media: after parsing, the caller must
 * check which values contain the placeholders.
 */
export class MediaDetacher {
  readonly #media: AnswerMedia
  readonly #name: RegExp
  /** The bytes of a line that is not long yet, in pieces. */
  #line: Buffer[] = []
  #lineBytes = 0
  /** True once the line is long enough to be scanned. */
  #isLong = false
  #string: OpenString | undefined
  /** The last bytes that were scanned: the name of a member may begin in them. */
  #tail = NO_BYTES
  /** The medium that is being detached, in pieces. */
  #open: Uint8Array[] | undefined
  /** All media of events that are not complete yet, each in pieces. */
  #unsettled: Uint8Array[][] = []
  #detachedBytes = 0

  /** @param name - matches text that ends right before the value of a member with media */
  constructor(media: AnswerMedia, name: RegExp) {
    this.#media = media
    this.#name = name
  }

  /**
   * Adds the bytes of one network read.
   *
   * @returns the bytes with placeholders in place of media; may be empty
   * @throws ApiError 503 if the media exceed the memory limit, 502 if they exceed 128 MiB
   */
  push(bytes: Uint8Array): Uint8Array {
    if (!this.#isLong && bytes[bytes.length - 1] === END_OF_LINE) {
      if (this.#lineBytes > 0) this.#beginLine()
      return bytes
    }
    const buffer = asBuffer(bytes)
    const plain = this.#string !== undefined && isLongMedia(this.#string) ? plainLength(buffer) : 0
    const detached = plain >= MIN_DETACHED_BYTES || (plain === buffer.length && this.#open !== undefined) ? plain : 0
    const placeholder = detached === 0 ? NO_BYTES : this.#detach(buffer.subarray(0, detached))
    if (detached === buffer.length && detached > 0) return placeholder
    this.#open = undefined
    const rest = buffer.subarray(detached)
    this.#read(rest)
    if (detached === 0) return bytes
    return placeholder.length === 0 ? rest : Buffer.concat([placeholder, rest])
  }

  /** Marks the events that `push` has returned as complete: `discard` skips their media then. */
  settle(): void {
    if (this.#unsettled.length > 0) this.#unsettled = this.#open === undefined ? [] : [this.#open]
  }

  /** Discards media detached since the last `settle`: their events will never be complete. */
  discard(): void {
    for (const pieces of this.#unsettled) {
      this.#media.reserveDiscarded(lengthOfAll(pieces))
      pieces.length = 0
    }
    this.#unsettled = []
  }

  #beginLine(): void {
    this.#line = []
    this.#lineBytes = 0
    this.#isLong = false
    this.#string = undefined
  }

  #read(bytes: Buffer): void {
    // No string continues after a line feed: within JSON strings, line feeds are escaped.
    const start = bytes.lastIndexOf(END_OF_LINE) + 1
    if (start > 0) this.#beginLine()
    const ofLine = bytes.subarray(start)
    if (this.#isLong) this.#scan(ofLine)
    else this.#readShort(ofLine)
  }

  /** Stores the bytes of a line, and scans them all once the line is long. */
  #readShort(ofLine: Buffer): void {
    this.#line.push(ofLine)
    this.#lineBytes += ofLine.length
    if (this.#lineBytes < MIN_LONG_LINE_BYTES) return
    this.#isLong = true
    this.#tail = NO_BYTES
    this.#scan(Buffer.concat(this.#line))
    this.#line = []
  }

  /** Finds the string that is unfinished at the end of the bytes, and sets `#string`. */
  #scan(bytes: Buffer): void {
    let opening: number | undefined
    for (let at = 0; at < bytes.length; ) {
      if (this.#string === undefined && opening === undefined) {
        const quote = bytes.indexOf(QUOTE, at)
        if (quote === -1) break
        opening = quote
        at = quote + 1
      } else {
        const from = this.#string?.isEscaped === true ? at + 1 : at
        const end = endOfJsonString(bytes, from)
        if (end >= bytes.length) {
          this.#string = this.#toString(bytes, { opening, at, from })
          break
        }
        this.#string = undefined
        opening = undefined
        at = end + 1
      }
    }
    if (this.#string === undefined && opening !== undefined)
      this.#string = this.#toString(bytes, { opening, at: bytes.length, from: bytes.length })
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-NAME_BYTES)]).subarray(-NAME_BYTES)
  }

  /** Describes an unfinished string. @param opening - index of its quote, if in these bytes */
  #toString(bytes: Buffer, { opening, at, from }: { opening: number | undefined; at: number; from: number }): OpenString {
    const before =
      opening === undefined ? NO_BYTES : Buffer.concat([this.#tail, bytes.subarray(Math.max(0, opening - NAME_BYTES), opening)])
    return {
      length: (this.#string?.length ?? 0) + bytes.length - at,
      isEscaped: isEscaped(bytes, from, bytes.length),
      isMedia: opening === undefined ? this.#string?.isMedia === true : this.#name.test(before.toString('latin1')),
    }
  }

  /** Detaches a piece of media. @returns the placeholder for the first piece, else no bytes */
  #detach(piece: Buffer): Buffer {
    this.#detachedBytes += piece.length
    if (this.#detachedBytes > MAX_MEDIA_BYTES) throw detachedTooLargeError()
    this.#media.count(piece.length)
    this.#tail = NO_BYTES
    if (this.#open !== undefined) {
      addPiece(this.#open, piece)
      return NO_BYTES
    }
    this.#open = [piece]
    this.#unsettled.push(this.#open)
    return Buffer.from(this.#media.add(this.#open))
  }
}

const isLongMedia = ({ isMedia, isEscaped: isWithinEscape, length }: OpenString): boolean =>
  isMedia && !isWithinEscape && length >= MIN_LONG_LINE_BYTES

/**
 * Counts the bytes of a string up to its end or an escape; 0 if any of them is not visible ASCII.
 */
function plainLength(bytes: Buffer): number {
  const quote = bytes.indexOf(QUOTE)
  const ofString = quote === -1 ? bytes : bytes.subarray(0, quote)
  const backslash = ofString.indexOf(BACKSLASH)
  const plain = backslash === -1 ? ofString : ofString.subarray(0, backslash)
  return isVisibleAscii(plain) ? plain.length : 0
}

/** Appends a piece; joins it with the last one while both are small, to save memory. */
function addPiece(pieces: Uint8Array[], piece: Uint8Array): void {
  const last = pieces.at(-1)
  if (last !== undefined && last.length + piece.length <= SMALL_PIECE_BYTES) pieces[pieces.length - 1] = Buffer.concat([last, piece])
  else pieces.push(piece)
}

const lengthOfAll = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0)

const detachedTooLargeError = () =>
  apiError(
    'upstream_error',
    `Gemini sent more than ${MAX_MEDIA_BYTES / 1_048_576} MiB of media in one answer. Request fewer or smaller images.`,
    {
      isRetryable: false,
    },
  )
