import { apiError } from '../contract/errors.js'
import type { ParamNames } from '../contract/paramNames.js'
import type { ChatCompletionRequest, ImageRequest, UserContentPart } from '../contract/types.js'
import { type ImageLook, toImageLook } from './size.js'

/** What the operations of the Images API generate; it begins the names of their events. */
export type ImageTask = 'image_generation' | 'image_edit'

/** An image that a request brings along: a data URL or an address, or the id of a file. */
export type ImageInput = ({ readonly url: string } | { readonly fileId: string }) & {
  /** The client's parameter. */
  readonly param: string
}

/** The members that all requests of the Images API have. */
export type ImageFields = Omit<ImageRequest, 'moderation' | 'style'>

/** A request for images, and how its answer is to look. */
export interface ImageOrder {
  readonly task: ImageTask
  readonly chat: ChatCompletionRequest
  readonly paramNames: ParamNames
  readonly quality: ImageLook['quality']
  /** True where the client wants data URLs. */
  readonly wantsUrls: boolean
  /** Most drafts of an image that the client wants. */
  readonly mostDrafts: number
}

/** What {@link toImageOrder} needs besides the request. */
export interface ImageOrderParts {
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
 * @throws 400 for what Gemini cannot do, and would change the images
 */
export function toImageOrder(fields: ImageFields, { task, model, inputs, imageSizes }: ImageOrderParts): ImageOrder {
  const { prompt, n, stream, background, response_format: format } = fields
  if (background === 'transparent')
    throw apiError('unsupported_value', "Gemini's images are opaque. Remove `background: transparent`.", { param: 'background' })
  const isStream = stream === true
  const look = toImageLook(fields, imageSizes)
  const text: UserContentPart = { type: 'text', text: prompt }
  const shown = inputs.map(
    (input): UserContentPart =>
      'url' in input ? { type: 'image_url', image_url: { url: input.url } } : { type: 'file', file: { file_id: input.fileId } },
  )
  return {
    task,
    chat: {
      model,
      messages: [{ role: 'user', content: shown.length === 0 ? prompt : [...shown, text] }],
      // Without text the model could not say why it makes no image.
      modalities: ['text', 'image'],
      ...(look.config === undefined ? {} : { image_config: look.config }),
      n: n ?? 1,
      ...(isStream ? { stream: true } : {}),
    },
    paramNames: { ignored: [...ignoredOf(fields, isStream), ...look.ignored], rename: makeRename(inputs) },
    quality: look.quality,
    wantsUrls: format === 'url',
    mostDrafts: isStream ? (fields.partial_images ?? 0) : 0,
  }
}

function ignoredOf(fields: ImageFields, isStream: boolean): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const isUsed = USED.has(name) || (name === 'partial_images' && isStream)
    return isUsed || value === null || value === undefined ? [] : name
  })
}

/** Parameters of the chat, and those of a request for images that make them. */
const PARAMS_OF_CHAT: readonly (readonly [path: RegExp, param: string])[] = [
  [/^image_config\.aspect_ratio$/, 'size'],
  [/^image_config\.image_size$/, 'quality'],
  [/^image_config$/, 'size'],
  [/^modalities$/, 'model'],
  [/^messages\b/, 'prompt'],
]

const makeRename =
  (inputs: readonly ImageInput[]) =>
  (path: string): string => {
    const [, index] = /^messages\[0\]\.content\[(\d+)\]/.exec(path) ?? []
    const input = index === undefined ? undefined : inputs[Number(index)]
    return input?.param ?? PARAMS_OF_CHAT.find(([pattern]) => pattern.test(path))?.[1] ?? path
  }
