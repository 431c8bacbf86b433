import type { Operation } from '../contract/operation.js'
import type { Resume } from '../resume/resume.js'
import { readWholeChat } from '../resume/wholeChat.js'

/** GET /v1/chat/completions/{completion_id}: a stored stream, or its completion once finished. */
export const makeGetChatCompletion =
  (resume: Resume): Operation<'getChatCompletion'> =>
  async ({ path: { completion_id: id }, query }, context) => {
    if (context.lastEventId !== undefined) return resume.from(context.lastEventId, context, id)
    if (query.stream === 'true') return resume.all(id, context)
    return { json: await readWholeChat(resume, id, context) }
  }
