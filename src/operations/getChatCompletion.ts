import type { Operation } from '../contract/operation.js'
import { wholeChat } from '../resume/chatStreams.js'
import type { Resume } from '../resume/resume.js'

/** GET /v1/chat/completions/{completion_id}: what is kept of a resumable stream, as a stream or, once finished, in one piece. */
export const makeGetChatCompletion =
  (resume: Resume): Operation<'getChatCompletion'> =>
  async ({ path: { completion_id: id }, query }, context) => {
    if (context.lastEventId !== undefined) return resume.from(context.lastEventId, context, id)
    if (query.stream === 'true') return resume.all(id, context)
    return { json: await wholeChat(resume, id, context) }
  }
