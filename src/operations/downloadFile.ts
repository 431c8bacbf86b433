import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import { NEEDS_NATIVE_API_TEXT, type UpstreamApi } from '../contract/upstreamApi.js'

/** Handler of GET /v1/files/{file_id}/content: always fails; Gemini offers no file download. */
export const makeDownloadFile =
  (upstream: UpstreamApi): Operation<'downloadFile'> =>
  async () => {
    if (upstream === 'compat') throw apiError('unsupported_value', `Files ${NEEDS_NATIVE_API_TEXT}.`)
    throw apiError('file_not_found', 'Uploaded files cannot be downloaded from Gemini. Store them in the client.')
  }
