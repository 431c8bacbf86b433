import type { ResponseRequest, ResponseStreamEvent } from '../contract/types.js'
import { ApiError, previousResponseNotFound } from '../errors.js'
import { randomId } from '../ids.js'
import { type Answer, makeAnswer } from '../responses/answer.js'
import { type Asked, toAsked } from '../responses/request.js'
import { toResponse, toResponseEvents } from '../responses/stages.js'
import type { Seals } from '../sealing.js'
import { toNamedEvent } from '../sse/encode.js'
import type { EventForm } from '../sse/form.js'
import { primed } from '../sse/primed.js'
import type { Call } from '../upstream/branch.js'
import type { Gemini } from '../upstream/chat.js'
import type { Models } from '../upstream/models.js'
import type { Operation, OperationContext } from './operation.js'

/** What {@link makeCreateResponse} needs. */
export interface CreateResponseParts {
  readonly gemini: Gemini
  readonly models: Models
  readonly seals: Seals
  /** How long a stream waits for its first event, in milliseconds, before it begins. */
  readonly firstEventPatienceMs: number
  /** The present, in milliseconds since 1970. */
  readonly now: () => number
}

/** POST /v1/responses: the chat operation in the form of the Responses API. */
export const makeCreateResponse =
  (parts: CreateResponseParts): Operation<'createResponse'> =>
  async ({ body }, context) => {
    const { gemini, models, firstEventPatienceMs, now } = parts
    const { signal, deadlineAt, caller, notes } = context
    notes.streamed = body.stream === true
    notes.model = models.isKnown(body.model) ? body.model : 'other'
    const asked = understand(body, parts, context)
    const served = await models.resolve(body.model, signal)
    const call: Call = { served, signal, deadlineAt, caller, notes, dialect: asked.dialect }
    const answer = makeAnswer(asked, now)
    const head = { id: `resp_${randomId()}`, isKept: false }
    return inTheirWords(asked, async () => {
      if (body.stream !== true) return { json: toResponse(await gemini.complete(asked.chat, call), answer, head) }
      const events = toResponseEvents(gemini.stream(asked.chat, call), answer, head)
      return { events: await primed(events, firstEventPatienceMs), form: toForm(answer, { ...head, created: Math.floor(now() / 1000) }) }
    })
  }

function understand(body: ResponseRequest, { seals }: CreateResponseParts, { caller }: OperationContext): Asked {
  if (body.previous_response_id !== undefined && body.previous_response_id !== null) throw previousResponseNotFound()
  return toAsked(body, {
    sealing: { seal: (text) => seals.seal(caller, text), open: (sealed) => seals.open(caller, sealed) },
    referred: () => undefined,
    history: [],
  })
}

/** Has a failure name the place that the client has written. */
async function inTheirWords<T>({ dialect }: Asked, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ApiError) || error.param === null) throw error
    const { status, type, code, message, cause, headers, isRetryable, retryAfterSeconds } = error
    const rest = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
    throw new ApiError(status, type, code, message, { cause, headers, isRetryable, ...rest, param: dialect.rename(error.param) })
  }
}

/** The form of an answer's events, and of its failure: the answer as far as it has come. */
function toForm(answer: Answer, head: Parameters<Answer['begin']>[0]): EventForm {
  return {
    // Nothing else is given to it.
    toText: (events) => (events as readonly ResponseStreamEvent[]).map(toNamedEvent).join(''),
    toEnd: (failure) => {
      if (failure === undefined) return ''
      if (answer.response().id === '') answer.begin(head)
      answer.fail(failure)
      return answer.take().map(toNamedEvent).join('')
    },
  }
}
