import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { PageFiles } from '../stores/pageFiles.js'

/** Handler of GET /console/{asset}: a script or style sheet of the console. */
export const makeGetConsoleAsset =
  (files: PageFiles): Operation<'getConsoleAsset'> =>
  async ({ path }) => {
    const file = await files.read(path.asset)
    if (file === undefined) throw apiError('unknown_url')
    return { file }
  }
