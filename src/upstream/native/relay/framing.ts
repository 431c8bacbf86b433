import { asBuffer } from '../../../contract/asBuffer.js'

/** A complete piece of a streamed body: an event, or an element of a JSON array. */
export interface Frame {
  readonly bytes: Uint8Array
  /** The JSON of the event; empty for a frame without data, such as a comment. */
  readonly json: string
  /** True if only the end of the body can follow. */
  readonly isLast?: boolean
  /** True for JSON that is invalid at this position, unless it is an error. */
  readonly isStray?: boolean
}

/** Splits a streamed body into frames, whose concatenated bytes are the body. */
export interface Framing {
  /** Number of bytes of the incomplete frame. */
  readonly heldBytes: number
  /** False if the body would be incomplete if it ended now. */
  readonly isWhole: boolean
  /** Adds the bytes of one network read. @returns the frames that they complete */
  push(bytes: Uint8Array): Frame[]
  /** Ends the body. @returns the last frame, if bytes remain */
  end(): Frame[]
}

/** Decodes the bytes of a frame. */
export const toText = (bytes: Uint8Array): string => asBuffer(bytes).toString()
