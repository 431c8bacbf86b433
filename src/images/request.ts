import { type ClientParams, makeRenameFromTable } from '../contract/paramNames.js'
import type { ChatCompletionRequest, ImageRequest, UserContentPart } from '../contract/types.js'
import { type ImageSettings, parseImageSettings } from './settings.js'

/** An operation of the Images API, as in its event names (`image_edit.completed`). */
export type ImageTask = 'image_generation' | 'image_edit'

/** An input image of a request: a data URL, another URL or a file id. */
export type ImageInput = ({ readonly url: string } | { readonly fileId: string }) & {
  /** The client's parameter that contains the image, such as `image[0]`. */
  readonly param: string
}

/** Request fields that all operations of the Images API have in common. */
export type ImageFields = Omit<ImageRequest, 'moderation' | 'style'>

/** A request of the Images API, converted to a chat request. */
export interface ParsedImageRequest {
  readonly task: ImageTask
  readonly chat: ChatCompletionRequest
  readonly paramNames: ClientParams
  readonly quality: ImageSettings['quality']
  /** True if the client requested URLs instead of base64: it gets data URLs. */
  readonly wantsUrls: boolean
  /** Maximum number of partial images that the client wants of each image. */
  readonly maxPartialImages: number
}

/** Inputs of {@link parseImageRequest} besides the request. */
export interface ImageRequestParts {
  readonly task: ImageTask
  readonly model: string
  readonly inputs: readonly ImageInput[]
  /** The values of Gemini's `image_size` that the model accepts. */
  readonly imageSizes: readonly string[]
}

const SUPPORTED_IMAGE_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'n',
  'size',
  'quality',
  'response_format',
  'stream',
  'image',
  'images',
])

/**
 * Converts a request of the Images API to a chat request.
 *
 * @throws 400 for an unsupported setting that would change the images
 */
export function parseImageRequest(fields: ImageFields, { task, model, inputs, imageSizes }: ImageRequestParts): ParsedImageRequest {
  const { prompt, n, stream, response_format: format } = fields
  const isStream = stream === true
  const { config, quality, maxPartialImages, ignored } = parseImageSettings(fields, {
    imageSizes,
    isStream,
    supportedFields: SUPPORTED_IMAGE_FIELDS,
  })
  const text: UserContentPart = { type: 'text', text: prompt }
  const images = inputs.map(
    (input): UserContentPart =>
      'url' in input ? { type: 'image_url', image_url: { url: input.url } } : { type: 'file', file: { file_id: input.fileId } },
  )
  return {
    task,
    chat: {
      model,
      messages: [{ role: 'user', content: images.length === 0 ? prompt : [...images, text] }],
      // Text is requested too, so that a model that makes no image can give the reason.
      modalities: ['text', 'image'],
      ...(config === undefined ? {} : { image_config: config }),
      n: n ?? 1,
      ...(isStream ? { stream: true } : {}),
    },
    paramNames: { ignored, rename: (path) => findImageParam(path, inputs) ?? renameSetting(path) },
    quality,
    wantsUrls: format === 'url',
    maxPartialImages,
  }
}

/** Converts a parameter name of the chat request to the Images API's parameter that sets it. */
const renameSetting = makeRenameFromTable([
  [/^image_config\.aspect_ratio$/, 'size'],
  [/^image_config\.image_size$/, 'quality'],
  [/^image_config$/, 'size'],
  [/^modalities$/, 'model'],
  [/^messages\b/, 'prompt'],
])

/** Returns the client's parameter for the image at a chat path; undefined for other paths. */
const findImageParam = (path: string, inputs: readonly ImageInput[]): string | undefined =>
  inputs[Number(/^messages\[0\]\.content\[(\d+)\]/.exec(path)?.[1])]?.param
