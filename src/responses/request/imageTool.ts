import { ApiError, apiError } from '../../contract/errors.js'
import { makeRenameFromTable } from '../../contract/paramNames.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import { NEEDS_NATIVE_API_TEXT } from '../../contract/upstreamApi.js'
import { IMAGE_MODELS_HINT } from '../../images/models.js'
import { type ImageSettings, type ImageSettingsParts, parseImageSettings } from '../../images/settings.js'
import type { JsonObject } from './readers.js'

/** The `image_generation` tool of a request. */
export interface ImageTool {
  readonly tool: JsonObject
  /** Path of the tool in the request, such as `tools[0]`. */
  readonly path: string
  /** False if the request has other tools and its `tool_choice` is not this one. */
  readonly isNeeded: boolean
}

/** A chat request that generates images, made from a request with the image tool. */
export interface ImagePlan {
  readonly chat: ChatCompletionRequest
  /** Paths of the tool's settings that have no effect. */
  readonly ignored: readonly string[]
  /** Maximum number of partial images per image that the client asked for. */
  readonly maxPartialImages: number
  /** Maps a path of the chat's image settings to the client's; returns other paths unchanged. */
  readonly rename: (path: string) => string
}

/** Fields of the image tool that have an effect; they are not reported as ignored. */
const IMAGE_TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'model', 'size', 'quality'])

/**
 * Adds the image tool's settings to a chat request.
 *
 * @param imageSizes - the image sizes that the model accepts
 * @throws 400 for a setting that would change the images and that Gemini does not support
 */
export function planImages(chat: ChatCompletionRequest, { tool, path }: ImageTool, imageSizes: readonly string[]): ImagePlan {
  const { config, ignored, maxPartialImages } = readToolSettings(tool, path, {
    imageSizes,
    isStream: chat.stream === true,
    supportedFields: IMAGE_TOOL_FIELDS,
  })
  return {
    chat: { ...chat, modalities: ['text', 'image'], ...(config === undefined ? {} : { image_config: config }) },
    ignored: ignored.map((name) => `${path}.${name}`),
    maxPartialImages,
    rename: makeRenameFromTable([
      [/^image_config\.image_size$/, `${path}.quality`],
      [/^image_config/, `${path}.size`],
      [/^modalities$/, path],
    ]),
  }
}

/** Reads the image tool's settings. @throws 400 whose `param` is the path of a setting */
function readToolSettings(tool: JsonObject, path: string, parts: ImageSettingsParts): ImageSettings {
  try {
    // The cast is safe: the contract validates the types of these settings.
    return parseImageSettings(tool as Parameters<typeof parseImageSettings>[0], parts)
  } catch (error) {
    throw error instanceof ApiError && error.param !== null ? error.withParam(`${path}.${error.param}`) : error
  }
}

/** Makes the 400 for an image tool with a model that does not generate images. */
export const noImageModelError = (model: string, { path }: ImageTool): ApiError => {
  const message = `${model.slice(0, 100)} does not generate images. Set \`model\`, or the \`model\` of the tool, to one that does. ${IMAGE_MODELS_HINT}`
  return apiError('unsupported_value', message, { param: path })
}

/** Makes the 400 for an image tool if the upstream is the compatible API, which makes no images. */
export const nativeApiError = ({ path }: ImageTool): ApiError => {
  return apiError('unsupported_value', `Images ${NEEDS_NATIVE_API_TEXT}.`, { param: path })
}
