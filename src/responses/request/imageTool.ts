import { ApiError, apiError } from '../../contract/errors.js'
import type { ChatCompletionRequest, ImageRequest } from '../../contract/types.js'
import { NEEDS_NATIVE } from '../../contract/upstreamApi.js'
import { IMAGE_HINT } from '../../images/models.js'
import { toImageLook } from '../../images/size.js'
import type { JsonObject } from './readers.js'

/** The tool `image_generation` of a request. */
export interface ImageTool {
  readonly tool: JsonObject
  /** Its path in the request, such as `tools[0]`. */
  readonly path: string
  /** False where the request has other tools, too, and does not choose this one. */
  readonly isNeeded: boolean
}

/** What a request for images needs besides its chat. */
export interface ImagePlan {
  readonly chat: ChatCompletionRequest
  /** Paths of the members of the tool that have no effect. */
  readonly ignored: readonly string[]
  /** Most drafts of an image that the client wants. */
  readonly mostDrafts: number
  /** Translates a path of the settings of images to the client's; others stay. */
  readonly rename: (path: string) => string
}

/** The members that have an effect, or are handled elsewhere. */
const HEEDED: ReadonlySet<string> = new Set(['type', 'model', 'size', 'quality'])
/** Values that ask for what Gemini does anyway. */
const AS_USUAL: Readonly<Record<string, readonly unknown[]>> = {
  background: ['auto', 'opaque'],
  moderation: ['auto'],
  action: ['auto'],
  partial_images: [0],
}

/**
 * Adds the settings of the tool to the chat of a request.
 *
 * @param imageSizes - those that the model accepts
 * @throws 400 for what Gemini cannot do, and would change the images
 */
export function planImages(chat: ChatCompletionRequest, { tool, path }: ImageTool, imageSizes: readonly string[]): ImagePlan {
  if (tool.background === 'transparent') {
    const message = "Gemini's images are opaque. Remove `background: transparent`."
    throw apiError('unsupported_value', message, { param: `${path}.background` })
  }
  const look = readLook(tool, path, imageSizes)
  const { partial_images: drafts } = tool
  const mostDrafts = chat.stream === true && typeof drafts === 'number' ? drafts : 0
  const ignored = Object.entries(tool).flatMap(([name, value]) => {
    const isUsed = HEEDED.has(name) || AS_USUAL[name]?.includes(value) || (name === 'partial_images' && mostDrafts > 0)
    return isUsed || value === undefined || value === null ? [] : [name]
  })
  return {
    chat: { ...chat, modalities: ['text', 'image'], ...(look.config === undefined ? {} : { image_config: look.config }) },
    ignored: [...ignored, ...look.ignored].map((name) => `${path}.${name}`),
    mostDrafts,
    rename: (param) => {
      if (param === 'image_config.image_size') return `${path}.quality`
      if (param.startsWith('image_config')) return `${path}.size`
      return param === 'modalities' ? path : param
    },
  }
}

/** @throws 400 that names the member of the tool */
function readLook(tool: JsonObject, path: string, imageSizes: readonly string[]): ReturnType<typeof toImageLook> {
  try {
    // The contract has only texts and null under these names.
    return toImageLook(tool as Pick<ImageRequest, 'size' | 'quality'>, imageSizes)
  } catch (error) {
    throw error instanceof ApiError && error.param !== null ? error.withParam(`${path}.${error.param}`) : error
  }
}

/** The failure of a request for images to a model that makes none. */
export const makesNoImages = (model: string, { path }: ImageTool): ApiError => {
  const message = `${model.slice(0, 100)} makes no images. Name a model that does, in \`model\` or in the \`model\` of the tool. ${IMAGE_HINT}`
  return apiError('unsupported_value', message, { param: path })
}

/** The failure of a request for images where there is only Google's compatible API. */
export const needsNativeApi = ({ path }: ImageTool): ApiError => {
  const message = `Images ${NEEDS_NATIVE}.`
  return apiError('unsupported_value', message, { param: path })
}
