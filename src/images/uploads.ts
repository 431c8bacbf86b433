import { apiError } from '../contract/errors.js'
import { MediaBytes } from '../contract/mediaBytes.js'
import { toBase64 } from '../contract/toBase64.js'
import type { UploadedFile } from '../contract/types.js'
import type { ImageInput } from './request.js'

/** Images of a form, as a request for images takes them. */
export interface UploadedImages {
  readonly inputs: readonly ImageInput[]
  /** The media of the placeholders in the data URLs. */
  readonly media: MediaBytes
}

// The data URL has these as text, from which the media type is read. A multiple of three, so that
// the base64 of the rest can be joined to theirs.
const TYPED_BYTES = 1_536

/** Makes data URLs of the files of a form; their data stay bytes. @throws 400 for an empty file */
export async function toUploadedImages(files: readonly UploadedFile[]): Promise<UploadedImages> {
  const media = new MediaBytes()
  const inputs: ImageInput[] = []
  for (const [index, { bytes, mediaType }] of files.entries()) {
    const param = files.length === 1 ? 'image' : `image[${index}]`
    if (bytes.length === 0) throw apiError('invalid_value', 'The file is empty.', { param })
    const head = Buffer.from(bytes.subarray(0, TYPED_BYTES)).toString('base64')
    const rest = bytes.length > TYPED_BYTES ? media.add([await toBase64(bytes.subarray(TYPED_BYTES))]) : ''
    inputs.push({ url: `data:${toMediaType(mediaType)};base64,${head}${rest}`, param })
  }
  return { inputs, media }
}

/** Clients without a type of their own send one that says nothing; its first bytes then decide. */
const toMediaType = (type: string): string => (/^image\/[\w.+-]+$/i.test(type) ? type : 'application/octet-stream')
