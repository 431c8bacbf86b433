/** The two APIs of Google that serve a chat: its own, and its OpenAI-compatible one. */
export type UpstreamApi = 'native' | 'compat'

/** Completes the sentence of a 400 about what only the native API has. */
export const NEEDS_NATIVE = "need Gemini's native API: set GEMINI_UPSTREAM=native on the proxy"
