import type { AnswerSource } from '../contract/callRecord.js'
import { runConvertingFailures, withClientParam } from '../contract/clientFailure.js'
import type { ApiError } from '../contract/errors.js'
import { randomId } from '../contract/ids.js'
import type { Operation, OperationContext } from '../contract/operation.js'
import type { ChatCompletionRequest } from '../contract/types.js'
import type { UpstreamApi } from '../contract/upstreamApi.js'
import { rephraseMediaFailure, rephrasePromptTooLong } from '../messages/answer/failure.js'
import { MessageBuilder } from '../messages/answer/messageAnswer.js'
import { toMessageEvents, toWholeMessage } from '../messages/answer/stages.js'
import { type AnyMessageRequest, type ParsedMessageRequest, parseMessageRequest } from '../messages/request/parseRequest.js'
import type { Seals } from '../responses/sealing.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import { makeMessagesFormat } from '../sse/messagesFormat.js'
import type { GeminiChat } from '../upstream/chat.js'
import type { ChatOptions, FittedRequest } from '../upstream/choices.js'
import type { Models } from '../upstream/models/directory.js'
import { maxTokensById } from '../upstream/models/tokenLimit.js'
import { fitToolsToModel } from './createResponse.js'

/** Dependencies of the Messages API operations that call Gemini. */
export interface MessageParts {
  readonly upstream: UpstreamApi
  readonly gemini: GeminiChat
  readonly models: Models
  readonly seals: Seals
}

/** Dependencies of {@link makeCreateMessage}. */
export interface CreateMessageParts extends MessageParts {
  /** Longest wait for the first event before the response headers are sent, in milliseconds. */
  readonly firstEventPatienceMs: number
}

/** Handler of POST /v1/messages: Anthropic's Messages API, answered as JSON or as a stream. */
export const makeCreateMessage =
  (parts: CreateMessageParts): Operation<'createMessage'> =>
  ({ body }, context) => {
    context.requestLog.streamed = body.stream === true
    return withPreparedMessage(body, parts, context, async ({ parsed, chat, options }) => {
      const source: AnswerSource = { model: undefined, calls: new Map() }
      const call: ChatOptions = { ...options, source, hidesThoughts: !parsed.hasThinkingText }
      const answer = new MessageBuilder(parsed, source, { id: `msg_${randomId()}`, model: body.model })
      if (body.stream !== true) return { json: toWholeMessage(await parts.gemini.complete(chat, call), answer) }
      const events = await awaitFirstEvent(toMessageEvents(parts.gemini.stream(chat, call), answer), parts.firstEventPatienceMs)
      return toStreamResult(events, makeMessagesFormat(context.requestId), (failure) => toClientFailure(failure, parsed, body))
    })
  }

/** A Messages API request, converted to a chat request for Gemini. */
interface PreparedMessage {
  readonly parsed: ParsedMessageRequest
  readonly chat: ChatCompletionRequest
  readonly options: ChatOptions
}

/** Runs `task` on a Messages API request, converted to a chat; words errors as Anthropic does. */
export async function withPreparedMessage<T>(
  body: AnyMessageRequest,
  { upstream, models, seals }: MessageParts,
  context: OperationContext,
  task: (prepared: PreparedMessage) => Promise<T>,
): Promise<T> {
  const { signal, deadlineAt, caller, countMemory, answerMedia, requestLog, anthropicBetas } = context
  requestLog.isModelKnown = models.isKnown(body.model)
  const parsed = parseMessageRequest(body, {
    hasGoogleTools: upstream === 'native',
    seals: { seal: (text) => seals.seal(caller, answerMedia.toText(text)), open: (sealed) => seals.open(caller, sealed) },
  })
  const { chat, paramNames, sealed } = parsed
  const servedModel = await models.resolve(body.model, signal)
  // All `anthropic-beta` values are reported as ignored; last, because a too long list is cut off.
  const ignored = [...paramNames.ignored, ...anthropicBetas.map((beta) => `anthropic-beta.${beta}`)]
  const options: ChatOptions = {
    servedModel,
    signal,
    deadlineAt,
    caller,
    countMemory,
    answerMedia,
    requestLog,
    paramNames: { ...paramNames, ignored },
    sealed,
    fitToModel: (request, model) => fitToModel(request, model, upstream),
  }
  return runConvertingFailures(
    (failure) => toClientFailure(failure, parsed, body),
    () => task({ parsed, chat, options }),
  )
}

/**
 * Removes parameters that the model does not support and reports them as ignored: clients send the
 * largest `max_tokens` of any Claude model, and a web search together with functions.
 */
function fitToModel(chat: ChatCompletionRequest, model: string, upstream: UpstreamApi): FittedRequest {
  const fitted = fitToolsToModel(chat, model)
  const most = maxTokensById(model, { upstream, isStream: chat.stream === true })
  if ((chat.max_completion_tokens ?? 0) <= most) return fitted
  return { chat: { ...fitted.chat, max_completion_tokens: most }, removed: [...fitted.removed, 'max_completion_tokens'] }
}

/** Gives an error the client's parameter names, and Anthropic's texts, which clients recognise. */
const toClientFailure = (failure: ApiError, { chat, paramNames }: ParsedMessageRequest, body: AnyMessageRequest): ApiError =>
  rephrasePromptTooLong(rephraseMediaFailure(withClientParam(failure, paramNames.rename), { body, chat }))
