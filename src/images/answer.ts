import type { ChatCompletion, ImagesResponse } from '../contract/types.js'
import { readAnswerImages, toImageUsage } from './answerImages.js'
import type { ParsedImageRequest } from './request.js'

/** Converts a chat completion, whose choices must have images, to a response of the Images API. */
export function toImagesResponse({ created, choices, usage }: ChatCompletion, { wantsUrls, quality }: ParsedImageRequest): ImagesResponse {
  const images = choices.flatMap(({ message }) => readAnswerImages(message))
  const [format, ...others] = new Set(images.map((image) => image.format))
  return {
    created,
    data: images.map(({ url, base64 }) => (wantsUrls ? { url } : { b64_json: base64 })),
    ...(format === undefined || others.length > 0 ? {} : { output_format: format }),
    ...(quality === undefined ? {} : { quality }),
    ...(usage === undefined ? {} : { usage: toImageUsage(usage) }),
  }
}
