import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { ResumableStreams } from '../resume/resume.js'
import type { StoredResponses } from '../resume/storedResponses.js'

/** Handler of DELETE /v1/responses/{response_id}: deletes a response and its stream. */
export const makeDeleteResponse =
  (stored: StoredResponses, resume: ResumableStreams): Operation<'deleteResponse'> =>
  async ({ path: { response_id: id } }, context) => {
    const wasStream = await resume.delete(id, context)
    const wasStored = await stored.delete(context.caller, id, wasStream)
    if (!wasStored && !wasStream) throw apiError('response_not_found')
    return { json: { id, object: 'response', deleted: true } }
  }
