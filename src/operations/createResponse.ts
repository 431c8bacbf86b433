import { ApiError, apiError } from '../contract/errors.js'
import { randomId } from '../contract/ids.js'
import type { Operation, OperationContext, OperationResult } from '../contract/operation.js'
import type { ResponseRequest } from '../contract/types.js'
import { makeAnswer } from '../responses/answer/answer.js'
import { toResponse, toResponseEvents } from '../responses/answer/stages.js'
import { type Item, itemsOf, referredIds } from '../responses/request/items.js'
import { type Asked, toAsked } from '../responses/request/parseRequest.js'
import type { Seals } from '../responses/sealing.js'
import { formOf } from '../resume/responseStreams.js'
import type { Resume } from '../resume/resume.js'
import type { KeptResponses } from '../resume/storedResponses.js'
import { primed } from '../sse/firstEvent.js'
import type { Gemini } from '../upstream/chat.js'
import type { ChatOptions } from '../upstream/choices.js'
import type { Models } from '../upstream/models/directory.js'

/** What {@link makeCreateResponse} needs. */
export interface CreateResponseParts {
  readonly gemini: Gemini
  readonly models: Models
  readonly resume: Resume
  readonly kept: KeptResponses
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
    const { requestLog } = context
    requestLog.streamed = body.stream === true
    requestLog.model = parts.models.isKnown(body.model) ? body.model : 'other'
    // Never a second generation: whoever comes back wants the rest of the first.
    if (context.lastEventId !== undefined) return parts.resume.from(context.lastEventId, context)
    const understood = await understand(body, parts, context)
    return inTheirWords(understood.asked, () => answer(understood, parts, context))
  }

interface Understood {
  readonly asked: Asked
  /** The conversation that led to the request. */
  readonly history: readonly Item[]
}

async function understand(body: ResponseRequest, { seals, kept }: CreateResponseParts, context: OperationContext): Promise<Understood> {
  const { caller, hold } = context
  const { previous_response_id: previousId } = body
  const previous = typeof previousId === 'string' ? await kept.find(caller, previousId, hold) : undefined
  if (typeof previousId === 'string' && previous === undefined)
    throw apiError('previous_response_not_found', undefined, { param: 'previous_response_id' })
  const referred = await kept.findItems(caller, referredIds(itemsOf(body.input)), hold)
  const history = previous?.items ?? []
  const asked = toAsked(body, {
    sealing: { seal: (text) => seals.seal(caller, text), open: (sealed) => seals.open(caller, sealed) },
    referred: (id) => referred.get(id),
    history: history.map((item) => ({ item, place: 'previous_response_id' })),
  })
  return { asked, history }
}

async function answer(
  { asked, history }: Understood,
  { gemini, models, resume, kept, firstEventPatienceMs, now }: CreateResponseParts,
  context: OperationContext,
): Promise<OperationResult<'createResponse'>> {
  const { signal, deadlineAt, caller, requestLog } = context
  const { request, chat, items, dialect } = asked
  const served = await models.resolve(request.model, signal)
  const call: ChatOptions = { servedModel: served, signal, deadlineAt, caller, requestLog, paramNames: dialect }
  const isKept = kept.isWanted(request.store)
  const made = makeAnswer(asked, {
    now,
    onEnd: async (response) => {
      if (isKept) await kept.keep(caller, { response, items: [...history, ...items, ...response.output] })
    },
  })
  const head = { id: `resp_${randomId()}`, isKept }
  if (request.stream !== true) return { json: await toResponse(await gemini.complete(chat, call), made, head) }
  const form = formOf(made, { ...head, created: Math.floor(now() / 1000) })
  const produce = (producing: AbortSignal) => toResponseEvents(gemini.stream(chat, { ...call, signal: producing }), made, head)
  if (resume.isWanted(context)) return resume.begin(produce, context, form)
  return { events: await primed(produce(signal), firstEventPatienceMs), form }
}

/** Has a failure name the place that the client has written. */
async function inTheirWords<T>({ dialect }: Asked, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw error instanceof ApiError && error.param !== null ? error.withParam(dialect.rename(error.param)) : error
  }
}
