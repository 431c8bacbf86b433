import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { Resume } from '../resume/resume.js'
import type { StoredResponses } from '../resume/storedResponses.js'
import { readWholeResponse } from '../resume/wholeResponse.js'

/** GET /v1/responses/{response_id}: a stored response, as JSON or as a stream. */
export const makeGetResponse =
  (stored: StoredResponses, resume: Resume): Operation<'getResponse'> =>
  async ({ path: { response_id: id }, query: { stream, starting_after: after } }, context) => {
    if (context.lastEventId !== undefined) return resume.from(context.lastEventId, context, id)
    if (stream === 'true') return after === undefined ? resume.all(id, context) : resume.from(`${id}:${after}`, context)
    const found =
      (await stored.find(context.caller, id))?.response ?? (await readWholeResponse(await resume.find(id, context), context.signal))
    if (found === undefined) throw apiError('response_not_found')
    context.requestLog.resumed = true
    return { json: found }
  }
