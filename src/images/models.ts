/** The model of requests that name none. */
export const DEFAULT_IMAGE_MODEL = 'gemini-3.1-flash-image'

/** Which models make images, as a sentence. */
export const IMAGE_HINT = 'These models make images: gemini-3.1-flash-image, gemini-3-pro-image, gemini-3.1-flash-lite-image.'
