import type { ChatCompletionChunk, ChunkChoice, ImageStreamEvent, ImageUsage, Usage } from '../contract/types.js'
import { type AnswerImage, noImageError, readAnswerImages, readPartialImages, toImageUsage } from './answerImages.js'
import type { ParsedImageRequest } from './request.js'

/** Inputs of {@link toImageEvents} besides the chat stream. */
export interface ImageEventParts {
  readonly parsed: ParsedImageRequest
  /** Returns the token counts of a choice, by its index; undefined before the choice has ended. */
  readonly usageOf: (index: number) => Usage | undefined
}

const NO_USAGE: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }

/**
 * Converts the chunks of a chat stream to the events of the Images API.
 *
 * @throws errors of the chat stream, and an ApiError for an answer without an image
 */
export async function* toImageEvents(
  batches: AsyncIterable<readonly ChatCompletionChunk[]>,
  parts: ImageEventParts,
): AsyncGenerator<ImageStreamEvent[]> {
  const answers = new Map<number, AnswerEvents>()
  for await (const batch of batches) {
    const events = batch.flatMap(({ choices, created }) =>
      choices.flatMap((choice) => {
        const answer = answers.get(choice.index) ?? new AnswerEvents(parts, created)
        answers.set(choice.index, answer)
        return answer.add(choice)
      }),
    )
    if (events.length > 0) yield events
  }
}

/** Converts the chunks of one choice to events of the Images API. */
class AnswerEvents {
  #text = ''
  #refusal = ''
  #extra: ChunkChoice['delta']['extra_content']
  #partialImageCount = 0
  // Finished images, held back until the choice ends and its token counts are known.
  readonly #images: AnswerImage[] = []

  constructor(
    private readonly parts: ImageEventParts,
    private readonly created: number,
  ) {}

  add({ index, delta, finish_reason: finish }: ChunkChoice): ImageStreamEvent[] {
    this.#text += delta.content ?? ''
    this.#refusal += delta.refusal ?? ''
    this.#extra = delta.extra_content ?? this.#extra
    this.#images.push(...readAnswerImages(delta))
    const partialImages = readAnswerImages({ images: readPartialImages(delta) }).flatMap((image) => this.#toPartialImageEvents(image))
    if (finish === null) return partialImages
    if (this.#images.length === 0)
      throw noImageError({ content: this.#text, refusal: this.#refusal || null, extra_content: this.#extra }, finish)
    return [...partialImages, ...this.#toCompleted(index)]
  }

  #toPartialImageEvents(image: AnswerImage): ImageStreamEvent[] {
    const { task, maxPartialImages } = this.parts.parsed
    if (this.#partialImageCount >= maxPartialImages) return []
    return [{ type: `${task}.partial_image`, ...this.#toMembers(image), partial_image_index: this.#partialImageCount++ }]
  }

  /**
   * Makes the `completed` event of each image. Only the last event contains the answer's usage, so
   * that a client that adds up usage does not count it twice.
   */
  #toCompleted(index: number): ImageStreamEvent[] {
    const usage = toImageUsage(this.parts.usageOf(index) ?? NO_USAGE)
    const none: ImageUsage = toImageUsage(NO_USAGE)
    return this.#images.map(
      (image, position): ImageStreamEvent => ({
        type: `${this.parts.parsed.task}.completed`,
        ...this.#toMembers(image),
        usage: position === this.#images.length - 1 ? usage : none,
      }),
    )
  }

  #toMembers({ base64, format }: AnswerImage) {
    return {
      b64_json: base64,
      created_at: this.created,
      size: 'auto' as const,
      quality: this.parts.parsed.quality ?? ('auto' as const),
      background: 'auto' as const,
      ...(format === undefined ? {} : { output_format: format }),
    }
  }
}
