import { asBuffer } from '../../contract/asBuffer.js'
import type { UploadedFile } from '../../contract/types.js'
import { fileTypeOf } from './fileTypes.js'
import { detectMediaType } from './types.js'

/** Returns the media type of an uploaded file: as declared, else by its name or first bytes. */
export const uploadedTypeOf = ({ mediaType, filename, bytes }: UploadedFile): string | undefined =>
  fileTypeOf(mediaType, filename) ?? detectMediaType(asBuffer(bytes))
