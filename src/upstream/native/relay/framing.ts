import { asBuffer } from '../../../contract/asBuffer.js'

/** A complete piece of a streamed body: an event, or an element of a JSON array. */
export interface Frame {
  readonly bytes: Uint8Array
  /** The JSON of the event or element; empty for a frame without data, such as an SSE comment. */
  readonly json: string
  /** True for the closing bracket of an array, after which no other frame is valid. */
  readonly isLast?: boolean
  /** True for JSON outside of an array, which is invalid unless it is an error of Gemini. */
  readonly isStray?: boolean
}

/** Splits a streamed body into frames, whose concatenated bytes are the body. */
export interface Framing {
  /** Number of bytes received of the current, incomplete frame. */
  readonly heldBytes: number
  /** False if a body that ended after the bytes received so far would be truncated. */
  readonly isWhole: boolean
  /** Adds the bytes of one network read. @returns the frames that they complete */
  push(bytes: Uint8Array): Frame[]
  /** Called at the end of the body. @returns the last frame, if bytes remain */
  end(): Frame[]
}

/** Decodes the bytes of a frame as UTF-8. */
export const toText = (bytes: Uint8Array): string => asBuffer(bytes).toString()
