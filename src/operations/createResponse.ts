import type { AnswerSource } from '../contract/callRecord.js'
import type { CancelSignal } from '../contract/cancelSignal.js'
import { runConvertingFailures, type ToClientFailure, withClientParam } from '../contract/clientFailure.js'
import { ApiError, apiError } from '../contract/errors.js'
import { randomId } from '../contract/ids.js'
import type { Operation, OperationContext, OperationResult } from '../contract/operation.js'
import type { ChatCompletionRequest, ResponseRequest } from '../contract/types.js'
import type { UpstreamApi } from '../contract/upstreamApi.js'
import { ResponseBuilder } from '../responses/answer/answer.js'
import { failResponse, toModelResponse, toResponseEvents } from '../responses/answer/stages.js'
import { preferFunctions } from '../responses/request/googleTools.js'
import { type ImageTool, nativeApiError, noImageModelError, planImages } from '../responses/request/imageTool.js'
import type { Item } from '../responses/request/item.js'
import { referencedIds, toItems } from '../responses/request/items.js'
import { type ParsedRequest, parseRequest } from '../responses/request/parseRequest.js'
import type { Seals } from '../responses/sealing.js'
import { withoutNestedSecrets } from '../responses/toolSecrets.js'
import type { ResumableStreams } from '../resume/resume.js'
import type { StoredResponses } from '../resume/storedResponses.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import { makeResponsesFormat } from '../sse/responsesFormat.js'
import type { GeminiChat } from '../upstream/chat.js'
import type { ChatOptions, FittedRequest } from '../upstream/choices.js'
import type { Models } from '../upstream/models/directory.js'
import { traitsOf } from '../upstream/models/traits.js'

/** Dependencies of the Responses API operations that call Gemini. */
export interface ResponseParts {
  readonly upstream: UpstreamApi
  readonly gemini: GeminiChat
  readonly models: Models
  readonly stored: StoredResponses
  readonly seals: Seals
}

/** Dependencies of {@link makeCreateResponse}. */
export interface CreateResponseParts extends ResponseParts {
  readonly resume: ResumableStreams
  /** Longest wait for the first event before the response headers are sent, in milliseconds. */
  readonly firstEventPatienceMs: number
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number
}

/** Handler of POST /v1/responses: OpenAI's Responses API, answered as JSON or as a stream. */
export const makeCreateResponse =
  (parts: CreateResponseParts): Operation<'createResponse'> =>
  async ({ body }, context) => {
    const { requestLog } = context
    requestLog.streamed = body.stream === true
    requestLog.isModelKnown = parts.models.isKnown(body.model)
    // A client that reconnects gets the rest of its stream, never a second generation.
    if (context.lastEventId !== undefined) return parts.resume.readAfter(context.lastEventId, context)
    const continued = await readResponseRequest(body, parts, context)
    const call = await toChatCall(continued.parsed, parts, context)
    return runConvertingFailures(call.toClient, () => respond(continued, call, parts, context))
  }

/** A parsed request with the conversation that it continues. */
export interface ContinuedRequest {
  readonly parsed: ParsedRequest
  /** Items of the previous response's conversation; empty without `previous_response_id`. */
  readonly history: readonly Item[]
}

/** Parses a Responses API request. @throws 400; 404 if a response or item it names is not stored */
export async function readResponseRequest(
  body: ResponseRequest,
  { upstream, seals, stored }: ResponseParts,
  { caller, countMemory, answerMedia }: OperationContext,
): Promise<ContinuedRequest> {
  const { previous_response_id: previousId } = body
  const previous = typeof previousId === 'string' ? await stored.find(caller, previousId, countMemory) : undefined
  if (typeof previousId === 'string' && previous === undefined)
    throw apiError('previous_response_not_found', undefined, { param: 'previous_response_id' })
  const storedItems = await stored.findItems(caller, referencedIds(toItems(body.input)), countMemory)
  const history = previous?.items ?? []
  const parsed = parseRequest(body, {
    hasGoogleTools: upstream === 'native',
    seals: { seal: (text) => seals.seal(caller, answerMedia.toText(text)), open: (sealed) => seals.open(caller, sealed) },
    findItem: (id) => storedItems.get(id),
    history: history.map((item) => ({ item, path: 'previous_response_id' })),
  })
  return { parsed, history }
}

/** A Responses API request as a chat, with the options of its upstream call. */
interface ChatCall {
  readonly chat: ChatCompletionRequest
  readonly options: ChatOptions
  readonly toClient: ToClientFailure
  /** Maximum number of partial images that are sent to the client. */
  readonly maxPartialImages: number
}

/** Converts a parsed request to a chat. @throws 400 for an image tool without an image model */
export async function toChatCall(
  { chat, paramNames, sealed, imageTool }: ParsedRequest,
  { upstream, models }: Pick<ResponseParts, 'upstream' | 'models'>,
  { signal, deadlineAt, caller, countMemory, answerMedia, requestLog }: OperationContext,
): Promise<ChatCall> {
  const model = await models.resolve(chat.model, signal)
  const imageModel = imageTool && (await findImageModel(imageTool, { model, upstream, models }, signal))
  const servedModel = imageModel ?? model
  const plan = imageTool && imageModel !== undefined ? planImages(chat, imageTool, traitsOf(imageModel).imageSizes) : undefined
  const tools = plan?.ignored ?? (imageTool === undefined ? [] : [imageTool.path])
  const ignored = [...paramNames.ignored, ...tools]
  const rename = (path: string): string => paramNames.rename(plan?.rename(path) ?? path)
  const maxPartialImages = plan?.maxPartialImages ?? 0
  const connection = { servedModel, signal, deadlineAt, caller, countMemory, answerMedia, requestLog }
  const options: ChatOptions = {
    ...connection,
    paramNames: { ignored, rename },
    sealed,
    wantsPartialImages: maxPartialImages > 0,
    fitToModel: fitToolsToModel,
  }
  return { chat: plan?.chat ?? chat, options, toClient: (failure) => withClientParam(failure, rename), maxPartialImages }
}

/** Removes Google's tools from a chat with functions if the model does not support this mixture. */
export const fitToolsToModel = (chat: ChatCompletionRequest, model: string): FittedRequest =>
  traitsOf(model).mixesBuiltInTools ? { chat, removed: [] } : preferFunctions(chat)

/**
 * Finds the model that generates images: the request's own model, or the `model` of its image tool.
 *
 * @returns undefined without such a model, if the request does not force the image tool
 * @throws 400 without such a model, if the request forces it
 */
async function findImageModel(
  imageTool: ImageTool,
  { model, upstream, models }: Pick<ResponseParts, 'upstream' | 'models'> & { readonly model: string },
  signal: CancelSignal,
): Promise<string | undefined> {
  const { tool, isNeeded } = imageTool
  if (upstream === 'native' && traitsOf(model).makesImages) return model
  if (!isNeeded) return undefined
  if (upstream !== 'native') throw nativeApiError(imageTool)
  const named = typeof tool.model === 'string' ? await models.resolve(tool.model, signal).catch(ignoreUnknownModel) : undefined
  if (named === undefined || !traitsOf(named).makesImages) throw noImageModelError(model, imageTool)
  return named
}

/** Returns undefined for the 404 of an unknown model such as `gpt-image-1`. @throws other errors */
function ignoreUnknownModel(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.code !== 'model_not_found') throw error
}

async function respond(
  { parsed, history }: ContinuedRequest,
  { chat, options, toClient, maxPartialImages }: ChatCall,
  { gemini, resume, stored, firstEventPatienceMs, now }: CreateResponseParts,
  context: OperationContext,
): Promise<OperationResult<'createResponse'>> {
  const { signal, caller, answerMedia, requestLog } = context
  const { request, items, hasSummaries } = parsed
  const source: AnswerSource = { model: undefined, calls: new Map() }
  const call: ChatOptions = { ...options, source, hidesThoughts: !hasSummaries }
  const isStored = stored.isWanted(request.store)
  const answer = new ResponseBuilder(parsed, {
    now,
    source,
    maxPartialImages,
    onEnd: async (response, signatures) => {
      if (!isStored) return false
      const toStore = { response, items: [...history, ...items.map(withoutNestedSecrets), ...response.output] }
      const wasStored = await stored.put(caller, toStore, { media: answerMedia, signatures })
      // The response is too large, or was deleted meanwhile: report `store` as ignored.
      if (!wasStored) requestLog.ignoredParams = [...(requestLog.ignoredParams ?? []), 'store']
      return wasStored
    },
  })
  const head = { id: `resp_${randomId()}`, isStored }
  if (request.stream !== true) return { json: await toModelResponse(await gemini.complete(chat, call), answer, head) }
  const format = makeResponsesFormat((failure) => failResponse(answer, toClient(failure), { ...head, created: Math.floor(now() / 1000) }))
  const generate = (generation: CancelSignal) => toResponseEvents(gemini.stream(chat, { ...call, signal: generation }), answer, head)
  if (resume.isWanted(context)) return resume.begin(generate, context, format)
  return toStreamResult(await awaitFirstEvent(generate(signal), firstEventPatienceMs), format)
}
