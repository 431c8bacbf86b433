import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { ResumableStreams } from '../resume/resume.js'
import type { StoredResponses } from '../resume/storedResponses.js'
import { readWholeResponse } from '../resume/wholeResponse.js'

/** Handler of GET /v1/responses/{response_id}: a stored response, as JSON or as a stream. */
export const makeGetResponse =
  (stored: StoredResponses, resume: ResumableStreams): Operation<'getResponse'> =>
  async ({ path: { response_id: id }, query: { stream, starting_after: after } }, context) => {
    if (context.lastEventId !== undefined) return resume.readAfter(context.lastEventId, context, id)
    if (stream === 'true') return after === undefined ? resume.readAll(id, context) : resume.readAfter(`${id}:${after}`, context)
    const found =
      (await stored.find(context.caller, id))?.response ?? (await readWholeResponse(await resume.find(id, context), context.signal))
    if (found === undefined) throw apiError('response_not_found')
    context.requestLog.resumed = true
    return { json: found }
  }
