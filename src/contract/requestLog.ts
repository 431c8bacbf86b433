import type { Usage } from './types.js'

/** What is worth telling about one exchange besides its answer; filled in on the way. */
export interface Notes {
  /** The model that the client asked for, where the proxy knows it. */
  model?: string
  /** The Gemini model that answered, where it is not the one asked for. */
  servedModel?: string
  /** True when the client asked for a stream. */
  streamed?: boolean
  /** True when the client came back to a stream, or for what was kept of it. */
  resumed?: boolean
  /** Parameters that were accepted and not forwarded. */
  ignoredParams?: readonly string[]
  /** How often Gemini was asked again before the answer began. */
  repeats?: number
  /** Names of the repairs that had something to mend. */
  repairs?: Set<string>
  /** Token counts, once Gemini has told them. */
  usage?: Usage
}
