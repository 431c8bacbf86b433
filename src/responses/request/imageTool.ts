import { ApiError, apiError } from '../../contract/errors.js'
import { makeRename } from '../../contract/paramNames.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import { NEEDS_NATIVE } from '../../contract/upstreamApi.js'
import { IMAGE_HINT } from '../../images/models.js'
import { type ImageSettings, type ImageSettingsParts, parseImageSettings } from '../../images/settings.js'
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

/** The members of the tool that have an effect, or are handled elsewhere. */
const IMAGE_TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'model', 'size', 'quality'])

/**
 * Adds the settings of the tool to the chat of a request.
 *
 * @param imageSizes - those that the model accepts
 * @throws 400 for what Gemini cannot do, and would change the images
 */
export function planImages(chat: ChatCompletionRequest, { tool, path }: ImageTool, imageSizes: readonly string[]): ImagePlan {
  const { config, ignored, mostDrafts } = readToolSettings(tool, path, {
    imageSizes,
    isStream: chat.stream === true,
    used: IMAGE_TOOL_FIELDS,
  })
  return {
    chat: { ...chat, modalities: ['text', 'image'], ...(config === undefined ? {} : { image_config: config }) },
    ignored: ignored.map((name) => `${path}.${name}`),
    mostDrafts,
    rename: makeRename([
      [/^image_config\.image_size$/, `${path}.quality`],
      [/^image_config/, `${path}.size`],
      [/^modalities$/, path],
    ]),
  }
}

/** @throws 400 that names the member of the tool */
function readToolSettings(tool: JsonObject, path: string, parts: ImageSettingsParts): ImageSettings {
  try {
    // The contract has only such values under these names.
    return parseImageSettings(tool as Parameters<typeof parseImageSettings>[0], parts)
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
  return apiError('unsupported_value', `Images ${NEEDS_NATIVE}.`, { param: path })
}
