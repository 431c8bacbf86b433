import type { Operation } from '../contract/operation.js'
import type { Files } from '../upstream/files.js'

/** Handler of GET /v1/files/{file_id}: the metadata of a file. */
export const makeRetrieveFile =
  (files: Files): Operation<'retrieveFile'> =>
  async ({ path: { file_id: id } }, context) => ({ json: await files.retrieve(id, context) })
