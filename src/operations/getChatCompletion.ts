import type { Operation } from '../contract/operation.js'
import type { ResumableStreams } from '../resume/resume.js'
import { readWholeChat } from '../resume/wholeChat.js'

/** Handler of GET /v1/chat/completions/{completion_id}: a stored stream, or its joined chunks. */
export const makeGetChatCompletion =
  (resume: ResumableStreams): Operation<'getChatCompletion'> =>
  async ({ path: { completion_id: id }, query }, context) => {
    if (context.lastEventId !== undefined) return resume.readAfter(context.lastEventId, context, id)
    if (query.stream === 'true') return resume.readAll(id, context)
    return { json: await readWholeChat(resume, id, context) }
  }
