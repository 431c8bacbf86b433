/** The model for requests of the Images API that name none. */
export const DEFAULT_IMAGE_MODEL = 'gemini-3.1-flash-image'

/** The sentence in errors about a model that makes no images: which models do. */
export const IMAGE_HINT = 'These models make images: gemini-3.1-flash-image, gemini-3-pro-image, gemini-3.1-flash-lite-image.'
