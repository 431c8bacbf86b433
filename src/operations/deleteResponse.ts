import { responseNotFound } from '../errors.js'
import type { KeptResponses } from './keptResponses.js'
import type { Operation } from './operation.js'
import type { Resume } from './resume.js'

/** DELETE /v1/responses/{response_id}: forgets what is kept of a response. */
export const makeDeleteResponse =
  (kept: KeptResponses, resume: Resume): Operation<'deleteResponse'> =>
  async ({ path: { response_id: id } }, context) => {
    const wasStream = await resume.drop(id, context)
    const wasKept = await kept.drop(context.caller, id, wasStream)
    if (!wasKept && !wasStream) throw responseNotFound()
    return { json: { id, object: 'response', deleted: true } }
  }
