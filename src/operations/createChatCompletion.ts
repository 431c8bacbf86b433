import type { Operation } from '../contract/operation.js'
import type { Resume } from '../resume/resume.js'
import { CHAT_FORM } from '../sse/chatFormat.js'
import { primed } from '../sse/firstEvent.js'
import type { Gemini } from '../upstream/chat.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeCreateChatCompletion} needs. */
export interface CreateChatCompletionParts {
  readonly gemini: Gemini
  readonly models: Models
  readonly resume: Resume
  /** How long a stream waits for its first event, in milliseconds, before it begins. */
  readonly firstEventPatienceMs: number
}

/** POST /v1/chat/completions: one answer of a model, in one piece or as a stream. */
export const makeCreateChatCompletion =
  ({ gemini, models, resume, firstEventPatienceMs }: CreateChatCompletionParts): Operation<'createChatCompletion'> =>
  async ({ body }, context) => {
    const { signal, deadlineAt, caller, requestLog } = context
    requestLog.streamed = body.stream === true
    requestLog.model = models.isKnown(body.model) ? body.model : 'other'
    // Never a second generation: whoever comes back wants the rest of the first.
    if (context.lastEventId !== undefined) return resume.from(context.lastEventId, context)
    const served = await models.resolve(body.model, signal)
    const call = { servedModel: served, signal, deadlineAt, caller, requestLog }
    if (body.stream !== true) return { json: await gemini.complete(body, call) }
    if (resume.isWanted(context))
      return resume.begin((producing) => gemini.stream(body, { ...call, signal: producing }), context, CHAT_FORM)
    return { events: await primed(gemini.stream(body, call), firstEventPatienceMs) }
  }
