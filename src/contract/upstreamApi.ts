/** Google's two APIs for chats: the native one and the OpenAI-compatible one. */
export type UpstreamApi = 'native' | 'compat'

/** End of the error message about features that only the native API has; its start names them. */
export const NEEDS_NATIVE_API_TEXT = "need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy"
