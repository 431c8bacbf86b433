import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { Resume } from '../resume/resume.js'
import type { KeptResponses } from '../resume/storedResponses.js'

/** DELETE /v1/responses/{response_id}: forgets what is kept of a response. */
export const makeDeleteResponse =
  (kept: KeptResponses, resume: Resume): Operation<'deleteResponse'> =>
  async ({ path: { response_id: id } }, context) => {
    const wasStream = await resume.drop(id, context)
    const wasKept = await kept.drop(context.caller, id, wasStream)
    if (!wasKept && !wasStream) throw apiError('response_not_found')
    return { json: { id, object: 'response', deleted: true } }
  }
