import type { Operation } from '../contract/operation.js'
import type { Resume } from '../resume/resume.js'
import { CHAT_FORMAT } from '../sse/chatFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import type { Gemini } from '../upstream/chat.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeCreateChatCompletion} needs. */
export interface CreateChatCompletionParts {
  readonly gemini: Gemini
  readonly models: Models
  readonly resume: Resume
  /** How long a stream waits for its first event before it begins, in milliseconds. */
  readonly firstEventPatienceMs: number
}

/** POST /v1/chat/completions: a completion, whole or as a stream. */
export const makeCreateChatCompletion =
  ({ gemini, models, resume, firstEventPatienceMs }: CreateChatCompletionParts): Operation<'createChatCompletion'> =>
  async ({ body }, context) => {
    const { signal, deadlineAt, caller, hold, media, answerMedia, requestLog } = context
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = models.isKnown(body.model)
    // Never a second generation: the client wants the rest of the first one.
    if (context.lastEventId !== undefined) return resume.from(context.lastEventId, context)
    const served = await models.resolve(body.model, signal)
    const call = { servedModel: served, signal, deadlineAt, caller, hold, media, answerMedia, requestLog }
    if (body.stream !== true) return { json: await gemini.complete(body, call) }
    if (resume.isWanted(context)) return resume.begin((producing) => gemini.stream(body, { ...call, signal: producing }), context)
    return toStreamResult(await awaitFirstEvent(gemini.stream(body, call), firstEventPatienceMs), CHAT_FORMAT)
  }
