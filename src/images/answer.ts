import type { ChatCompletion, ImagesResponse } from '../contract/types.js'
import { readAnswerImages, toImageUsage } from './pictures.js'
import type { ParsedImageRequest } from './request.js'

/** Converts a chat completion, whose choices must have images, to a response of the Images API. */
export function toImagesResponse({ created, choices, usage }: ChatCompletion, { wantsUrls, quality }: ParsedImageRequest): ImagesResponse {
  const pictures = choices.flatMap(({ message }) => readAnswerImages(message))
  const [format, ...others] = new Set(pictures.map((picture) => picture.format))
  return {
    created,
    data: pictures.map(({ url, base64 }) => (wantsUrls ? { url } : { b64_json: base64 })),
    ...(format === undefined || others.length > 0 ? {} : { output_format: format }),
    ...(quality === undefined ? {} : { quality }),
    ...(usage === undefined ? {} : { usage: toImageUsage(usage) }),
  }
}
