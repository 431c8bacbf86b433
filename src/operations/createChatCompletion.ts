import { primed } from '../sse/primed.js'
import type { Gemini } from '../upstream/chat.js'
import type { Models } from '../upstream/models.js'
import type { Operation } from './operation.js'

/** What {@link makeCreateChatCompletion} needs. */
export interface CreateChatCompletionParts {
  readonly gemini: Gemini
  readonly models: Models
  /** How long a stream waits for its first event, in milliseconds, before it begins. */
  readonly firstEventPatienceMs: number
}

/** POST /v1/chat/completions: one answer of a model, in one piece or as a stream. */
export const makeCreateChatCompletion =
  ({ gemini, models, firstEventPatienceMs }: CreateChatCompletionParts): Operation<'createChatCompletion'> =>
  async ({ body }, { signal, deadlineAt, caller, notes }) => {
    notes.streamed = body.stream === true
    notes.model = models.isKnown(body.model) ? body.model : 'other'
    const served = await models.resolve(body.model, signal)
    const call = { served, signal, deadlineAt, caller, notes }
    if (body.stream !== true) return { json: await gemini.complete(body, call) }
    return { events: await primed(gemini.stream(body, call), firstEventPatienceMs) }
  }
