import type { AnswerMedia } from '../contract/answerMedia.js'
import { asBuffer } from '../contract/asBuffer.js'
import { apiError } from '../contract/errors.js'
import { BACKSLASH, endOfJsonString, isEscaped, isVisibleAscii, QUOTE } from './strings.js'

// A shorter line is not read; of a longer string, the rest is detached.
const LONG_BYTES = 65_536
// Detaching less costs more than it saves.
const LEAST_BYTES = 1_024
// Several images of the largest size.
const MOST_MEDIA_BYTES = 134_217_728
// A smaller piece is joined with the one before it.
const SMALL_PIECE_BYTES = 2_048
// More than the name of a member, the colon and white space.
const NAME_BYTES = 64
const END_OF_LINE = 0x0a
const NO_BYTES = Buffer.of()

/** The string within which the bytes read so far end. */
interface OpenString {
  /** Its length so far. */
  length: number
  /** True where its next character is escaped. */
  isEscaped: boolean
  /** True where the name of its member is that of media. */
  readonly isMedia: boolean
}

/**
 * Takes long media out of JSON while it arrives: decoding, parsing and serialising an image of
 * 20 MB would block the process, and needs several times its memory. The JSON is a whole body, or
 * the lines of an event stream. A line is not read before it is long, so that other answers cost
 * nothing.
 *
 * The beginning of a long string stays: up to twice 64 KiB. A mark stands for the rest. The name of
 * a member proves nothing: check in the parsed JSON where the marks are.
 */
export class MediaDetacher {
  readonly #media: AnswerMedia
  readonly #name: RegExp
  /** The pieces of a line that is not long yet. */
  #line: Buffer[] = []
  #lineBytes = 0
  /** True as soon as the line is read. */
  #isLong = false
  #string: OpenString | undefined
  /** The last bytes that were read, in which a name may begin. */
  #tail = NO_BYTES
  /** The pieces of the medium that is being detached. */
  #open: Uint8Array[] | undefined
  /** The pieces of all media that belong to nothing complete. */
  #unsettled: Uint8Array[][] = []
  #detachedBytes = 0

  /** @param name - matches the end of a text after which the value of a member with media comes */
  constructor(media: AnswerMedia, name: RegExp) {
    this.#media = media
    this.#name = name
  }

  /**
   * Adds the bytes of one network read.
   *
   * @returns the same bytes, with marks in place of media; sometimes none
   * @throws ApiError 503 where the media do not fit into memory, 502 where they are too long
   */
  push(bytes: Uint8Array): Uint8Array {
    if (!this.#isLong && bytes[bytes.length - 1] === END_OF_LINE) {
      if (this.#lineBytes > 0) this.#beginLine()
      return bytes
    }
    const buffer = asBuffer(bytes)
    const plain = this.#string !== undefined && isLongMedia(this.#string) ? plainLength(buffer) : 0
    const detached = plain >= LEAST_BYTES || (plain === buffer.length && this.#open !== undefined) ? plain : 0
    const mark = detached === 0 ? NO_BYTES : this.#detach(buffer.subarray(0, detached))
    if (detached === buffer.length && detached > 0) return mark
    this.#open = undefined
    const rest = buffer.subarray(detached)
    this.#read(rest)
    if (detached === 0) return bytes
    return mark.length === 0 ? rest : Buffer.concat([mark, rest])
  }

  /** Called when all events that have been returned are complete: they need their media. */
  settle(): void {
    if (this.#unsettled.length > 0) this.#unsettled = this.#open === undefined ? [] : [this.#open]
  }

  /** Discards the media of what is not complete, and never will be. */
  discard(): void {
    for (const pieces of this.#unsettled) {
      this.#media.discount(lengthOfAll(pieces))
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
    // No string contains a line feed.
    const start = bytes.lastIndexOf(END_OF_LINE) + 1
    if (start > 0) this.#beginLine()
    const ofLine = bytes.subarray(start)
    if (this.#isLong) this.#scan(ofLine)
    else this.#readShort(ofLine)
  }

  /** Reads a line that is not long yet. */
  #readShort(ofLine: Buffer): void {
    this.#line.push(ofLine)
    this.#lineBytes += ofLine.length
    if (this.#lineBytes < LONG_BYTES) return
    this.#isLong = true
    this.#tail = NO_BYTES
    this.#scan(Buffer.concat(this.#line))
    this.#line = []
  }

  /** Reads where strings begin and end. */
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

  /** @param opening - index of its quote; undefined where it began earlier */
  #toString(bytes: Buffer, { opening, at, from }: { opening: number | undefined; at: number; from: number }): OpenString {
    const before =
      opening === undefined ? NO_BYTES : Buffer.concat([this.#tail, bytes.subarray(Math.max(0, opening - NAME_BYTES), opening)])
    return {
      length: (this.#string?.length ?? 0) + bytes.length - at,
      isEscaped: isEscaped(bytes, from, bytes.length),
      isMedia: opening === undefined ? this.#string?.isMedia === true : this.#name.test(before.toString('latin1')),
    }
  }

  /** @returns the mark of a medium that begins, else nothing */
  #detach(piece: Buffer): Buffer {
    this.#detachedBytes += piece.length
    if (this.#detachedBytes > MOST_MEDIA_BYTES) throw tooLong()
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
  isMedia && !isWithinEscape && length >= LONG_BYTES

/** The number of bytes at the beginning that need no escape, within the same string. */
function plainLength(bytes: Buffer): number {
  const quote = bytes.indexOf(QUOTE)
  const ofString = quote === -1 ? bytes : bytes.subarray(0, quote)
  const backslash = ofString.indexOf(BACKSLASH)
  const plain = backslash === -1 ? ofString : ofString.subarray(0, backslash)
  return isVisibleAscii(plain) ? plain.length : 0
}

/** Many small pieces would need more memory than their bytes. */
function addPiece(pieces: Uint8Array[], piece: Uint8Array): void {
  const last = pieces.at(-1)
  if (last !== undefined && last.length + piece.length <= SMALL_PIECE_BYTES) pieces[pieces.length - 1] = Buffer.concat([last, piece])
  else pieces.push(piece)
}

const lengthOfAll = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0)

const tooLong = () =>
  apiError(
    'upstream_error',
    `Gemini sent more than ${MOST_MEDIA_BYTES / 1_048_576} MiB of media in one answer. Request fewer or smaller images.`,
    {
      isRetryable: false,
    },
  )
