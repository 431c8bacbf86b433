import { asBuffer } from '../../contract/asBuffer.js'
import type { UploadedFile } from '../../contract/types.js'
import { declaredType, typeByName } from './fileTypes.js'
import { mediaTypeOf } from './types.js'

/** Returns the media type of an uploaded file: as declared, else by its name or first bytes. */
export const uploadedTypeOf = ({ mediaType, filename, bytes }: UploadedFile): string | undefined =>
  declaredType(mediaType) ?? typeByName(filename) ?? mediaTypeOf(asBuffer(bytes))
