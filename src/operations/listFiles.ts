import type { Operation } from '../contract/operation.js'
import type { Files } from '../upstream/files.js'

const MAX_LISTED_FILES = 10_000

/** Handler of GET /v1/files: the files of the caller; at most 10,000 without `limit`. */
export const makeListFiles =
  (files: Files): Operation<'listFiles'> =>
  async ({ query: { purpose, limit, order = 'desc', after } }, context) => ({
    json: await files.list({ purpose, limit: limit === undefined ? MAX_LISTED_FILES : Number(limit), order, after }, context),
  })
