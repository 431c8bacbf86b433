/** Default model for requests of the Images API that name no model. */
export const DEFAULT_IMAGE_MODEL = 'gemini-3.1-flash-image'

/** Hint in errors about models that cannot generate images: names the models that can. */
export const IMAGE_MODELS_HINT = 'These models generate images: gemini-3.1-flash-image, gemini-3-pro-image, gemini-3.1-flash-lite-image.'
