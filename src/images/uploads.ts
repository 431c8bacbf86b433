import { apiError } from '../contract/errors.js'
import { MediaBytes } from '../contract/mediaBytes.js'
import { toBase64 } from '../contract/toBase64.js'
import type { UploadedFile } from '../contract/types.js'
import type { ImageInput } from './request.js'

/** The uploaded images of a form, as inputs of an image request. */
export interface UploadedImages {
  readonly inputs: readonly ImageInput[]
  /** The bytes for the media placeholders in the data URLs of `inputs`. */
  readonly media: MediaBytes
}

// Number of first bytes that stay in a file's data URL, to detect its media type. A multiple of
// three, so that the base64 of the other bytes can be appended.
const TYPE_DETECTION_BYTES = 1_536

/** Makes data URLs of uploaded images, with media placeholders. @throws 400 for an empty file */
export async function toUploadedImages(files: readonly UploadedFile[]): Promise<UploadedImages> {
  const media = new MediaBytes()
  const inputs: ImageInput[] = []
  for (const [index, { bytes, mediaType }] of files.entries()) {
    const param = files.length === 1 ? 'image' : `image[${index}]`
    if (bytes.length === 0) throw apiError('invalid_value', 'The file is empty.', { param })
    const head = Buffer.from(bytes.subarray(0, TYPE_DETECTION_BYTES)).toString('base64')
    const rest = bytes.length > TYPE_DETECTION_BYTES ? media.add([await toBase64(bytes.subarray(TYPE_DETECTION_BYTES))]) : ''
    inputs.push({ url: `data:${toMediaType(mediaType)};base64,${head}${rest}`, param })
  }
  return { inputs, media }
}

/** Returns the declared type of an image; else a generic type: the bytes then show the type. */
const toMediaType = (type: string): string => (/^image\/[\w.+-]+$/i.test(type) ? type : 'application/octet-stream')
