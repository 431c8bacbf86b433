import { randomId } from '../../contract/ids.js'
import type { ChunkDelta } from '../../contract/types.js'
import { type AnswerImage, parseImageDataUrl } from '../../images/answerImages.js'
import type { ItemStatus, OpenItem, OutputItem, ResponseEmitter } from './emitter.js'

type ImageItem = Extract<OutputItem, { type: 'image_generation_call' }>
type MadeImageParts = NonNullable<ChunkDelta['images']>

/** The output item of an image that is being generated. */
interface OpenImage extends OpenItem {
  readonly id: string
  addPartialImage(image: AnswerImage): void
  /** Completes the item with the final image. */
  complete(image: AnswerImage): void
}

/** Makes an `image_generation_call` item for each image of one answer. */
export class ImageItems {
  #open: OpenImage | undefined
  /** Thought signatures of the images, by item id. */
  readonly signatures = new Map<string, string>()

  constructor(
    private readonly emitter: ResponseEmitter,
    private readonly maxPartialImages: number,
  ) {}

  /** Emits partial images for the open image item; opens one if needed. */
  addPartialImages(partialImages: MadeImageParts): void {
    for (const { image_url: image } of partialImages) this.#openImage().addPartialImage(parseImageDataUrl(image.url))
  }

  /** Completes one image item per image, and collects the thought signatures. */
  add(images: MadeImageParts): void {
    for (const { image_url: made, extra_content: extra } of images) {
      const image = this.#openImage()
      const signature = extra?.google?.thought_signature
      if (typeof signature === 'string') this.signatures.set(image.id, signature)
      image.complete(parseImageDataUrl(made.url))
      this.#open = undefined
    }
  }

  /** Closes, with the status `failed`, an image item that got only partial images. */
  finish(): void {
    this.#open?.close('incomplete')
    this.#open = undefined
  }

  /** Returns the open image item in an array; an empty array if no image item is open. */
  openItems(): OpenItem[] {
    return this.#open === undefined ? [] : [this.#open]
  }

  #openImage(): OpenImage {
    this.#open ??= openImage(this.emitter, this.maxPartialImages)
    return this.#open
  }
}

function openImage(emitter: ResponseEmitter, maxPartialImages: number): OpenImage {
  const item_id = `ig_${randomId()}`
  const toItem = (status: ImageItem['status'], image?: AnswerImage): ImageItem => ({
    id: item_id,
    type: 'image_generation_call',
    status,
    result: image?.base64 ?? null,
    ...(image?.format === undefined ? {} : { output_format: image.format }),
  })
  const output_index = emitter.startItem(toItem('in_progress'))
  const location = { item_id, output_index }
  emitter.emit({ type: 'response.image_generation_call.in_progress', ...location })
  emitter.emit({ type: 'response.image_generation_call.generating', ...location })
  let partialImageCount = 0
  return {
    id: item_id,
    addPartialImage: ({ base64, format }) => {
      if (partialImageCount === maxPartialImages) return
      emitter.emit({
        type: 'response.image_generation_call.partial_image',
        ...location,
        partial_image_index: partialImageCount,
        partial_image_b64: base64,
        ...(format === undefined ? {} : { output_format: format }),
      })
      partialImageCount += 1
    },
    complete: (image) => {
      emitter.emit({ type: 'response.image_generation_call.completed', ...location })
      emitter.completeItem(output_index, toItem('completed', image))
    },
    close: (_status: ItemStatus) => emitter.completeItem(output_index, toItem('failed')),
    snapshot: () => ({ index: output_index, item: toItem('failed') }),
  }
}
