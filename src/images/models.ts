/** The model of requests that name none. */
export const DEFAULT_IMAGE_MODEL = 'gemini-3.1-flash-image'

/** The hint in errors for models that do not make images. */
export const IMAGE_HINT = 'These models make images: gemini-3.1-flash-image, gemini-3-pro-image, gemini-3.1-flash-lite-image.'
