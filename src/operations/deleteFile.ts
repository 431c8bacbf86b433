import type { Operation } from '../contract/operation.js'
import type { Files } from '../upstream/files.js'

/** Handler of DELETE /v1/files/{file_id}: deletes a file at Gemini. */
export const makeDeleteFile =
  (files: Files): Operation<'deleteFile'> =>
  async ({ path: { file_id: id } }, context) => {
    await files.delete(id, context)
    return { json: { id, object: 'file', deleted: true } }
  }
