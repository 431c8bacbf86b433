import { setImmediate as nextTurn } from 'node:timers/promises'
import { apiError } from '../contract/errors.js'
import { MediaBytes } from '../contract/mediaBytes.js'
import type { UploadedFile } from '../contract/types.js'
import type { ImageInput } from './request.js'

/** Images of a form, as a request for images takes them. */
export interface UploadedImages {
  readonly inputs: readonly ImageInput[]
  /** The bytes for which marks stand in the data URLs. */
  readonly media: MediaBytes
}

// The data URL has these as text, from which the media type is read. Both are multiples of three,
// so that the base64 of pieces can be joined.
const HEAD_BYTES = 1_536
const PIECE_BYTES = 393_216

/** Converts the files of a form to data URLs, whose data stay bytes. @throws 400 for an empty file */
export async function toUploadedImages(files: readonly UploadedFile[]): Promise<UploadedImages> {
  const media = new MediaBytes()
  const inputs: ImageInput[] = []
  for (const [index, { bytes, mediaType }] of files.entries()) {
    const param = files.length === 1 ? 'image' : `image[${index}]`
    if (bytes.length === 0) throw apiError('invalid_value', 'The file is empty.', { param })
    const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('base64')
    const rest = bytes.length > HEAD_BYTES ? media.add(await toBase64(bytes.subarray(HEAD_BYTES))) : ''
    inputs.push({ url: `data:${toMediaType(mediaType)};base64,${head}${rest}`, param })
  }
  return { inputs, media }
}

/** Clients without a type of their own send one that says nothing; its first bytes then decide. */
const toMediaType = (type: string): string => (/^image\/[\w.+-]+$/i.test(type) ? type : 'application/octet-stream')

/** Encodes bytes piece by piece, so that other requests are served in between. */
async function toBase64(bytes: Uint8Array): Promise<Uint8Array> {
  const encoded = Buffer.allocUnsafe(Math.ceil(bytes.length / 3) * 4)
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (at > 0) await nextTurn()
    const piece = bytes.subarray(at, at + PIECE_BYTES)
    encoded.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64'), (at / 3) * 4, 'latin1')
  }
  return encoded
}
