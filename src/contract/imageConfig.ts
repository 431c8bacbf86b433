import type { ChatCompletionRequest } from './types.js'

/** Settings of a chat request for the images that the model generates. */
export type ImageConfig = NonNullable<ChatCompletionRequest['image_config']>

/** The aspect ratios of images that Gemini supports, width to height. */
export const ASPECT_RATIOS: ReadonlySet<string> = new Set('1:1 1:4 4:1 1:8 8:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9'.split(' '))
/** The sizes of images that Gemini supports, smallest first. */
export const IMAGE_SIZES: ReadonlySet<string> = new Set(['512', '1K', '2K', '4K'])
