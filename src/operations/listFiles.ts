import type { Operation } from '../contract/operation.js'
import type { Files } from '../upstream/files.js'

const MOST = 10_000

/** GET /v1/files: the files of the caller; at most 10,000 without `limit`. */
export const makeListFiles =
  (files: Files): Operation<'listFiles'> =>
  async ({ query: { purpose, limit, order = 'desc', after } }, context) => ({
    json: await files.list({ purpose, limit: limit === undefined ? MOST : Number(limit), order, after }, context),
  })
