/** The two APIs of Google that serve a chat: its own, and its OpenAI-compatible one. */
export type UpstreamApi = 'native' | 'compat'
