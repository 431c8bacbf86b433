import type { UploadedFile } from '../../contract/types.js'
import { declaredType, typeByName } from './fileTypes.js'
import { mediaTypeOf } from './types.js'

/** Returns the media type of a file in a form; undefined for one that nothing tells. */
export const uploadedTypeOf = ({ mediaType, filename, bytes }: UploadedFile): string | undefined =>
  declaredType(mediaType) ?? typeByName(filename) ?? mediaTypeOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
