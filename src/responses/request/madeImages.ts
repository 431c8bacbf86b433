import { apiError } from '../../contract/errors.js'
import type { Conversation } from './conversation.js'
import type { JsonObject } from './readers.js'

/** Media types by the first characters of an image in base64; any other image is a PNG. */
const BASE64_STARTS: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
]

/** True for an image item with an id and no image data, unless its generation failed. */
export const isImageReference = ({ type, id, result, status }: JsonObject): boolean =>
  type === 'image_generation_call' && typeof id === 'string' && typeof result !== 'string' && status !== 'failed'

/**
 * Adds an image that the assistant generated to its last message, or to a new one.
 *
 * @throws 404 if the image is neither stored nor in the item
 */
export function addMadeImage(item: JsonObject, path: string, conversation: Conversation, ignore: (path: string) => void): void {
  const { result, extra_content: extra } = item
  if (typeof result !== 'string') {
    if (isImageReference(item))
      throw apiError('item_not_found', 'No stored image has this id. Send the item with its `result` instead.', { param: path })
    // The item has no image, because its generation failed.
    ignore(path)
    return
  }
  if (result === '') throw apiError('invalid_value', `Invalid '${path}.result': expected an image in base64.`, { param: `${path}.result` })
  const url = result.startsWith('data:') ? result : `data:${typeOf(result)};base64,${result}`
  // Only the response store adds `extra_content`, with the thought signature.
  const image = {
    type: 'image_url' as const,
    image_url: { url },
    ...(typeof extra === 'object' && extra !== null ? { extra_content: extra } : {}),
  }
  const previous = conversation.lastAssistantMessage()
  if (previous === undefined) conversation.addMessage({ role: 'assistant', content: null, images: [image] }, path)
  else if (previous.images === undefined) previous.images = [image]
  else previous.images.push(image)
}

const typeOf = (base64: string): string => BASE64_STARTS.find(([beginning]) => base64.startsWith(beginning))?.[1] ?? 'image/png'
