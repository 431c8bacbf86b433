import { parseCompletionRequest } from '../completions/parseRequest.js'
import { TextCompletionBuilder } from '../completions/textAnswer.js'
import { runConvertingFailures, type ToClientFailure, withClientParam } from '../contract/clientFailure.js'
import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import { COMPLETIONS_FORMAT } from '../sse/chatFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import { traitsOf } from '../upstream/models/traits.js'
import type { CreateChatCompletionParts } from './createChatCompletion.js'

/** Handler of POST /v1/completions: legacy text completions, as JSON or as a stream. */
export const makeCreateCompletion =
  ({ gemini, models, firstEventPatienceMs }: Omit<CreateChatCompletionParts, 'resume'>): Operation<'createCompletion'> =>
  async ({ body }, { signal, deadlineAt, caller, countMemory, requestLog }) => {
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = models.isKnown(body.model)
    const parsed = parseCompletionRequest(body)
    const servedModel = await models.resolve(body.model, signal)
    if (traitsOf(servedModel).makesImages) throw apiError('unsupported_value', MAKES_IMAGES, { param: 'model' })
    const { chats, paramNames } = parsed
    const [first, ...furtherRequests] = chats
    const call = {
      servedModel,
      signal,
      deadlineAt,
      caller,
      countMemory,
      requestLog,
      paramNames,
      furtherRequests,
      hidesThoughts: true,
    }
    const answer = new TextCompletionBuilder(parsed)
    const toClient: ToClientFailure = (failure) => withClientParam(failure, paramNames.rename)
    return runConvertingFailures(toClient, async () => {
      if (body.stream !== true) return { json: answer.toWhole(await gemini.complete(first, call)) }
      const events = await awaitFirstEvent(answer.toChunks(gemini.stream(first, call)), firstEventPatienceMs)
      return toStreamResult(events, COMPLETIONS_FORMAT, toClient)
    })
  }

const MAKES_IMAGES =
  'This model generates images, which the Completions API cannot return. Use POST /v1/chat/completions, or a model that generates text.'
