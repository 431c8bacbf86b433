/** Google's two APIs for chats: the native one and the OpenAI-compatible one. */
export type UpstreamApi = 'native' | 'compat'

/** End of an error message whose start names features that only Gemini's native API has. */
export const NEEDS_NATIVE_API_TEXT = "need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy"
