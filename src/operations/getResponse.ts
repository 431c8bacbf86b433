import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import { responseOf } from '../resume/responseStreams.js'
import type { Resume } from '../resume/resume.js'
import type { KeptResponses } from '../resume/storedResponses.js'

/** GET /v1/responses/{response_id}: what is kept of a response, as events or in one piece. */
export const makeGetResponse =
  (kept: KeptResponses, resume: Resume): Operation<'getResponse'> =>
  async ({ path: { response_id: id }, query: { stream, starting_after: after } }, context) => {
    if (context.lastEventId !== undefined) return resume.from(context.lastEventId, context, id)
    if (stream === 'true') return after === undefined ? resume.all(id, context) : resume.from(`${id}:${after}`, context)
    const found = (await kept.find(context.caller, id))?.response ?? (await responseOf(await resume.find(id, context), context.signal))
    if (found === undefined) throw apiError('response_not_found')
    context.requestLog.resumed = true
    return { json: found }
  }
