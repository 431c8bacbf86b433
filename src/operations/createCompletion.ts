import { type ParsedCompletionRequest, parseCompletionRequest } from '../completions/parseRequest.js'
import { TextAnswer } from '../completions/textAnswer.js'
import { ApiError, apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import { makeCompletionsFormat } from '../sse/completionsFormat.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import { traitsOf } from '../upstream/models/traits.js'
import type { CreateChatCompletionParts } from './createChatCompletion.js'

/** POST /v1/completions: continues texts, whole or as a stream. */
export const makeCreateCompletion =
  ({ gemini, models, firstEventPatienceMs }: Omit<CreateChatCompletionParts, 'resume'>): Operation<'createCompletion'> =>
  async ({ body }, { signal, deadlineAt, caller, hold, requestLog }) => {
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = models.isKnown(body.model)
    const parsed = parseCompletionRequest(body)
    const servedModel = await models.resolve(body.model, signal)
    if (traitsOf(servedModel).makesImages) throw apiError('unsupported_value', MAKES_IMAGES, { param: 'model' })
    const { chats, paramNames } = parsed
    const [first, ...further] = chats
    const call = { servedModel, signal, deadlineAt, caller, hold, requestLog, paramNames, further, hidesThoughts: true }
    const answer = new TextAnswer(parsed)
    try {
      if (body.stream !== true) return { json: answer.toWhole(await gemini.complete(first, call)) }
      const events = await awaitFirstEvent(answer.toChunks(gemini.stream(first, call)), firstEventPatienceMs)
      return toStreamResult(
        events,
        makeCompletionsFormat((failure) => nameParam(failure, parsed)),
      )
    } catch (error) {
      throw error instanceof ApiError ? nameParam(error, parsed) : error
    }
  }

const MAKES_IMAGES = 'This model makes images, which a text cannot hold. Use POST /v1/chat/completions, or a model that writes text.'

/** Names the client's parameter in a failure. */
function nameParam(failure: ApiError, { paramNames }: ParsedCompletionRequest): ApiError {
  const param = failure.param === null ? '' : paramNames.rename(failure.param)
  return param === '' ? failure : failure.withParam(param)
}
