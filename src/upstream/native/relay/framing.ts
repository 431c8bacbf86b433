import { asBuffer } from '../../../contract/asBuffer.js'
/** A piece of a streamed body that makes sense by itself. */
export interface Frame {
  readonly bytes: Uint8Array
  /** The JSON of its event; empty where it has none, as a comment does. */
  readonly json: string
  /** True where nothing but the end of the body can follow. */
  readonly isLast?: boolean
  /** True for what cannot stand where it is, unless it is an error. */
  readonly isStray?: boolean
}

/** Splits a streamed body into whole frames: joined, their bytes are those of the body. */
export interface Framing {
  /** The number of bytes of the frame that has begun. */
  readonly heldBytes: number
  /** False for a body that would break off if it ended now. */
  readonly isWhole: boolean
  /** Adds the bytes of one network read. @returns the frames that are complete now */
  push(bytes: Uint8Array): Frame[]
  /** Ends the body. @returns what remains of a whole one */
  end(): Frame[]
}

/** Decodes the bytes of a frame. */
export const toText = (bytes: Uint8Array): string => asBuffer(bytes).toString()
