/** Google's two APIs for chats: the native one and the OpenAI-compatible one. */
export type UpstreamApi = 'native' | 'compat'

/** The end of the message of a 400 about features that only the native API has. */
export const NEEDS_NATIVE = "need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy"
