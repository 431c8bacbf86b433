import { type ApiError, apiError } from '../contract/errors.js'
import { isRecord } from '../contract/isRecord.js'
import type { ChatChoice, ChatMessage, ChunkDelta, FinishReason, ImagesResponse, ImageUsage, Usage } from '../contract/types.js'

/** An image in an answer of a model, with its format. */
export interface AnswerImage {
  /** The image as a data URL. */
  readonly url: string
  readonly base64: string
  /** OpenAI's name of the image format; undefined if OpenAI has no name for it. */
  readonly format: ImagesResponse['output_format']
}

const IMAGE_FORMATS: ReadonlyMap<string, ImagesResponse['output_format']> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/webp', 'webp'],
])

/** Reads an image's format from its data URL, without decoding the image: it may be large. */
export function parseImageDataUrl(url: string): AnswerImage {
  const comma = url.indexOf(',')
  const [type = ''] = url.slice('data:'.length, comma).split(';')
  return { url, base64: url.slice(comma + 1), format: IMAGE_FORMATS.get(type) }
}

/** Returns the images of an assistant message, or of a delta. */
export const readAnswerImages = ({ images = [] }: { readonly images?: ChatMessage['images'] | undefined }): AnswerImage[] =>
  images.map(({ image_url: { url } }) => parseImageDataUrl(url))

/**
 * Returns the partial images in a delta, which the model made while it thought. Chat clients do not
 * get them: the contract has no field for them in chats.
 */
export function readPartialImages(delta: ChunkDelta): ChunkDelta['images'] {
  // Only the native decoder sets `partialImages`, and gives it the type of `images`.
  return 'partialImages' in delta ? (delta.partialImages as ChunkDelta['images']) : undefined
}

/** Checks that a choice has an image. @throws an ApiError that says why it has none */
export function checkHasImage({ message, finish_reason: finish }: ChatChoice): void {
  if (!message.images?.length) throw noImageError(message, finish)
}

// Maximum number of characters that an error message quotes of Gemini's text.
const MAX_EXCERPT_LENGTH = 1_000

/** Makes the error for an answer without an image: 400 if it is a refusal or text, else 502. */
export function noImageError(
  { content, refusal, extra_content: extra }: Pick<ChatMessage, 'content' | 'refusal'> & { extra_content?: unknown },
  finish: FinishReason,
): ApiError {
  if (finish === 'content_filter') {
    const google = isRecord(extra) && isRecord(extra.google) ? extra.google : {}
    const { finish_message: reason } = google
    const more = typeof reason === 'string' ? ` ${reason.slice(0, MAX_EXCERPT_LENGTH)}` : ''
    return apiError('moderation_blocked', `${refusal ?? 'Gemini withheld the image.'}${more}`, { param: 'prompt' })
  }
  if (finish === 'length') return apiError('upstream_error', 'Gemini stopped before the image was complete. Retry the request.')
  const text = (content ?? '').trim().slice(0, MAX_EXCERPT_LENGTH)
  if (text === '') return apiError('upstream_error', 'Gemini generated no image. Request one in the prompt, or retry the request.')
  return apiError('invalid_request', `Gemini answered with text instead of an image: ${text}`, { param: 'prompt' })
}

/**
 * Converts the token counts of a chat to the format of the Images API. All tokens except those of
 * images count as text tokens, including thinking tokens.
 */
export function toImageUsage(usage: Usage): ImageUsage {
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total,
    input_tokens_details: splitTokens(input, usage.prompt_tokens_details?.image_tokens),
    output_tokens_details: splitTokens(output, usage.completion_tokens_details?.image_tokens),
  }
}

const splitTokens = (all: number, ofImages = 0): ImageUsage['input_tokens_details'] => ({
  text_tokens: Math.max(0, all - ofImages),
  image_tokens: ofImages,
})
