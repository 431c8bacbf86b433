import { runConvertingFailures, type ToClientFailure, withClientParam } from '../contract/clientFailure.js'
import { ApiError, apiError } from '../contract/errors.js'
import type { Operation, OperationContext, StreamResult } from '../contract/operation.js'
import type { ImageStreamEvent, ImagesResponse, Usage } from '../contract/types.js'
import { NEEDS_NATIVE_API_TEXT, type UpstreamApi } from '../contract/upstreamApi.js'
import { toImagesResponse } from '../images/answer.js'
import { checkHasImage } from '../images/answerImages.js'
import { toImageEvents } from '../images/events.js'
import { DEFAULT_IMAGE_MODEL, IMAGE_MODELS_HINT } from '../images/models.js'
import { type ImageFields, type ImageInput, type ImageTask, parseImageRequest } from '../images/request.js'
import { toStreamResult } from '../sse/encode.js'
import { awaitFirstEvent } from '../sse/firstEvent.js'
import { IMAGES_FORMAT } from '../sse/imagesFormat.js'
import type { GeminiChat } from '../upstream/chat.js'
import type { ChatOptions } from '../upstream/choices.js'
import type { Models } from '../upstream/models/directory.js'
import { traitsOf } from '../upstream/models/traits.js'

/** Dependencies of the Images API operations. */
export interface ImageParts {
  readonly upstream: UpstreamApi
  readonly gemini: GeminiChat
  readonly models: Models
  /** Longest wait for the first event before the response headers are sent, in milliseconds. */
  readonly firstEventPatienceMs: number
}

/** An image generation or edit request, parsed from JSON or from a form. */
export interface ImageJob {
  readonly task: ImageTask
  readonly fields: ImageFields
  readonly inputs: readonly ImageInput[]
  readonly media?: ChatOptions['media']
}

/** Handler of POST /v1/images/generations: generates images from a prompt. */
export const makeCreateImage =
  (parts: ImageParts): Operation<'createImage'> =>
  ({ body }, context) =>
    generateImages({ task: 'image_generation', fields: body, inputs: [] }, parts, context)

const WITHOUT_IMAGES = `Images ${NEEDS_NATIVE_API_TEXT}.`

/** Generates images, as JSON or as a stream. The first failure aborts all upstream calls. */
export async function generateImages(
  { task, fields, inputs, media }: ImageJob,
  { upstream, gemini, models, firstEventPatienceMs }: ImageParts,
  { signal, deadlineAt, caller, countMemory, answerMedia, requestLog }: OperationContext,
): Promise<{ readonly json: ImagesResponse } | StreamResult<readonly ImageStreamEvent[]>> {
  const model = fields.model ?? DEFAULT_IMAGE_MODEL
  requestLog.model = model
  requestLog.isModelKnown = models.isKnown(model)
  requestLog.streamed = fields.stream === true
  if (upstream !== 'native') throw apiError('unsupported_value', WITHOUT_IMAGES)
  const servedModel = await resolveImageModel(model, models, signal)
  const parsed = parseImageRequest(fields, { task, model, inputs, imageSizes: traitsOf(servedModel).imageSizes })
  const { chat, paramNames } = parsed
  const toClient: ToClientFailure = (failure) => withClientParam(failure, paramNames.rename)
  const usages: (Usage | undefined)[] = []
  const options: ChatOptions = {
    ...{ servedModel, signal, deadlineAt, caller, countMemory, answerMedia, requestLog, media, paramNames },
    onUsage: (index, usage) => {
      usages[index] = usage
    },
    checkChoice: checkHasImage,
    wantsPartialImages: parsed.maxPartialImages > 0,
  }
  return runConvertingFailures(toClient, async () => {
    if (chat.stream !== true) return { json: toImagesResponse(await gemini.complete(chat, options), parsed) }
    const events = toImageEvents(gemini.stream(chat, options), { parsed, usageOf: (index) => usages[index] })
    return toStreamResult(await awaitFirstEvent(events, firstEventPatienceMs), IMAGES_FORMAT, toClient)
  })
}

/** Resolves a model, which must generate images. @throws 404 or 400, which suggest such models */
async function resolveImageModel(model: string, models: Models, signal: OperationContext['signal']): Promise<string> {
  let servedModel: string
  try {
    servedModel = await models.resolve(model, signal)
  } catch (error) {
    throw error instanceof ApiError && error.code === 'model_not_found' ? error.withMessage(`${error.message} ${IMAGE_MODELS_HINT}`) : error
  }
  if (traitsOf(servedModel).makesImages) return servedModel
  throw apiError('unsupported_value', `The model '${model.slice(0, 100)}' does not generate images. ${IMAGE_MODELS_HINT}`, {
    param: 'model',
  })
}
