import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { Files } from '../upstream/files.js'
import { uploadedTypeOf } from '../upstream/media/uploadedType.js'

/** Handler of POST /v1/files: uploads a file to Gemini. */
export const makeCreateFile =
  (files: Files): Operation<'createFile'> =>
  async ({ body: { file, purpose, ...others } }, context) => {
    const { filename, bytes } = file
    if (purpose !== 'assistants' && purpose !== 'vision' && purpose !== 'user_data')
      throw apiError('unsupported_value', NO_PURPOSE, PURPOSE)
    if (bytes.length === 0) throw apiError('invalid_value', 'The file is empty.', { param: 'file' })
    const mediaType = uploadedTypeOf(file)
    if (mediaType === undefined) throw apiError('unsupported_value', UNKNOWN_TYPE, { param: 'file' })
    // All other fields are ignored, even `expires_after`: Gemini deletes each file after 48 hours.
    const ignored = Object.keys(others)
    if (ignored.length > 0) context.requestLog.ignoredParams = ignored
    return { json: await files.create({ filename: filename === '' ? 'file' : filename, purpose, bytes, mediaType }, context) }
  }

const PURPOSE = { param: 'purpose' }
const NO_PURPOSE =
  "This proxy does not support files for batches, fine-tuning or evals. Use the purpose 'user_data' for files that requests refer to."
const UNKNOWN_TYPE =
  'The type of this file is unknown. Send a filename with an extension, such as report.pdf, or a Content-Type for the file.'
