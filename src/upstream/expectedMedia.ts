import type { AnswerMedia } from '../contract/answerMedia.js'
import { asBuffer } from '../contract/asBuffer.js'
import { isRecord, memberOf } from '../contract/isRecord.js'
import type { RawJson } from '../contract/rawJson.js'
import type { ChatCompletionRequest } from '../contract/types.js'
import { traitsOf } from './models/traits.js'

const MEBIBYTE = 1_048_576
/** Bytes that a generated image rarely exceeds as base64, by the `image_size` in the request. */
const IMAGE_BYTES: ReadonlyMap<string, number> = new Map([
  ['512', MEBIBYTE],
  ['1K', 3 * MEBIBYTE],
  ['2K', 8 * MEBIBYTE],
  ['4K', 20 * MEBIBYTE],
])
const DEFAULT_SIZE = '1K'
const SIGNATURE_BYTES = 3 * MEBIBYTE

/**
 * Reserves memory for the images that a request lets its model generate: if too many large ones are
 * requested at once, some requests are refused before Gemini bills them.
 *
 * @throws ApiError 503 if the memory limit would be exceeded
 */
export function reserveImages(request: ChatCompletionRequest, modelId: string, media: AnswerMedia | undefined): void {
  const { modalities } = request
  if (media === undefined || !traitsOf(modelId).makesImages || (modalities && !modalities.includes('image'))) return
  const google = memberOf(request.extra_body, 'google')
  const configs = [memberOf(request, 'image_config'), memberOf(google, 'image_config'), memberOf(google, 'imageConfig')]
  const sizes = configs.filter(isRecord).map(({ image_size: size, imageSize }) => size ?? imageSize)
  media.reserve((request.n ?? 1) * bytesOfSize(sizes.find((size) => typeof size === 'string')))
}

const SIZE = /^"image_?size"\s*:\s*"([^"]{1,8})"/i
const SIZE_NAMES = ['"imageSize"', '"image_size"'] as const
const LONGEST_SIZE = 64

/** Like {@link reserveImages}, for a relayed request: reads only the image size in its JSON. */
export function reserveRelayedImages({ bytes }: RawJson, modelId: string, media: AnswerMedia): void {
  if (!traitsOf(modelId).makesImages) return
  const body = asBuffer(bytes)
  const at = Math.max(...SIZE_NAMES.map((name) => body.lastIndexOf(name)))
  media.reserve(bytesOfSize(at === -1 ? undefined : SIZE.exec(body.toString('latin1', at, at + LONGEST_SIZE))?.[1]))
}

const bytesOfSize = (size = DEFAULT_SIZE): number =>
  SIGNATURE_BYTES + (IMAGE_BYTES.get(size.trim().toUpperCase()) ?? IMAGE_BYTES.get(DEFAULT_SIZE) ?? 0)
