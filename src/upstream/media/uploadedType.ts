import { asBuffer } from '../../contract/asBuffer.js'
import type { UploadedFile } from '../../contract/types.js'
import { declaredType, typeByName } from './fileTypes.js'
import { mediaTypeOf } from './types.js'

/** Finds the media type of a file in a form: declared, or by its name or first bytes. */
export const uploadedTypeOf = ({ mediaType, filename, bytes }: UploadedFile): string | undefined =>
  declaredType(mediaType) ?? typeByName(filename) ?? mediaTypeOf(asBuffer(bytes))
