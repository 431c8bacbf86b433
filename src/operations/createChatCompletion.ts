import type { Operation } from '../contract/operation.js'
import type { ResumableStreams } from '../resume/resume.js'
import { CHAT_FORMAT } from '../sse/chatFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import type { GeminiChat } from '../upstream/chat.js'
import type { Models } from '../upstream/models/directory.js'

/** Dependencies of {@link makeCreateChatCompletion}. */
export interface CreateChatCompletionParts {
  readonly gemini: GeminiChat
  readonly models: Models
  readonly resume: ResumableStreams
  /** Longest wait for the first event before the response headers are sent, in milliseconds. */
  readonly firstEventPatienceMs: number
}

/** Handler of POST /v1/chat/completions: a chat completion, as JSON or as a stream. */
export const makeCreateChatCompletion =
  ({ gemini, models, resume, firstEventPatienceMs }: CreateChatCompletionParts): Operation<'createChatCompletion'> =>
  async ({ body }, context) => {
    const { signal, deadlineAt, caller, countMemory, media, answerMedia, requestLog } = context
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = models.isKnown(body.model)
    // A reconnecting client gets the rest of its stream, never a second generation.
    if (context.lastEventId !== undefined) return resume.readAfter(context.lastEventId, context)
    const served = await models.resolve(body.model, signal)
    const call = { servedModel: served, signal, deadlineAt, caller, countMemory, media, answerMedia, requestLog }
    if (body.stream !== true) return { json: await gemini.complete(body, call) }
    if (resume.isWanted(context)) return resume.begin((producing) => gemini.stream(body, { ...call, signal: producing }), context)
    return toStreamResult(await awaitFirstEvent(gemini.stream(body, call), firstEventPatienceMs), CHAT_FORMAT)
  }
