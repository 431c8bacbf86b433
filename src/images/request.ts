import { makeRename, type ParamNames } from '../contract/paramNames.js'
import type { ChatCompletionRequest, ImageRequest, UserContentPart } from '../contract/types.js'
import { type ImageSettings, parseImageSettings } from './settings.js'

/** An operation of the Images API; its events have names that begin with it. */
export type ImageTask = 'image_generation' | 'image_edit'

/** An image in a request: a data URL, another URL or a file id. */
export type ImageInput = ({ readonly url: string } | { readonly fileId: string }) & {
  /** The client's parameter with the image. */
  readonly param: string
}

/** The members that all requests of the Images API have. */
export type ImageFields = Omit<ImageRequest, 'moderation' | 'style'>

/** A request for images, converted to a chat request. */
export interface ParsedImageRequest {
  readonly task: ImageTask
  readonly chat: ChatCompletionRequest
  readonly paramNames: ParamNames
  readonly quality: ImageSettings['quality']
  /** True where the client wants data URLs. */
  readonly wantsUrls: boolean
  /** Most drafts of an image that the client wants. */
  readonly mostDrafts: number
}

/** Inputs of {@link parseImageRequest} besides the request. */
export interface ImageRequestParts {
  readonly task: ImageTask
  readonly model: string
  readonly inputs: readonly ImageInput[]
  /** The sizes that the model accepts. */
  readonly imageSizes: readonly string[]
}

const USED: ReadonlySet<string> = new Set(['model', 'prompt', 'n', 'size', 'quality', 'response_format', 'stream', 'image', 'images'])

/**
 * Converts a request of the Images API to a chat.
 *
 * @throws 400 for unsupported settings that would change the images
 */
export function parseImageRequest(fields: ImageFields, { task, model, inputs, imageSizes }: ImageRequestParts): ParsedImageRequest {
  const { prompt, n, stream, response_format: format } = fields
  const isStream = stream === true
  const { config, quality, mostDrafts, ignored } = parseImageSettings(fields, { imageSizes, isStream, used: USED })
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
      // Without text the model could not say why it makes no image.
      modalities: ['text', 'image'],
      ...(config === undefined ? {} : { image_config: config }),
      n: n ?? 1,
      ...(isStream ? { stream: true } : {}),
    },
    paramNames: { ignored, rename: (path) => paramOf(path, inputs) ?? renameSetting(path) },
    quality,
    wantsUrls: format === 'url',
    mostDrafts,
  }
}

/** Chat parameters, and the parameters of the Images API that set them. */
const renameSetting = makeRename([
  [/^image_config\.aspect_ratio$/, 'size'],
  [/^image_config\.image_size$/, 'quality'],
  [/^image_config$/, 'size'],
  [/^modalities$/, 'model'],
  [/^messages\b/, 'prompt'],
])

/** The client's parameter for the image at a path of the chat. */
const paramOf = (path: string, inputs: readonly ImageInput[]): string | undefined =>
  inputs[Number(/^messages\[0\]\.content\[(\d+)\]/.exec(path)?.[1])]?.param
