import type { Usage } from './types.js'

/** Most ignored parameters that are reported: more do not fit into the header that lists them. */
export const MOST_IGNORED_PARAMS = 400

/** Filled in while a request is processed: for its log line, the metrics and response headers. */
export interface RequestLog {
  /** The model that the client named, if the proxy knows it; else `other`. */
  model?: string
  /** The Gemini model that answered, where it differs from the one that the client named. */
  servedModel?: string
  /** True when the client requested a stream. */
  streamed?: boolean
  /** True when the client reconnected to a stream or requested a stored answer. */
  resumed?: boolean
  /** Paths of parameters that were accepted and not forwarded. */
  ignoredParams?: readonly string[]
  /** Number of upstream attempts after the first, all before the answer began. */
  repeats?: number
  /** Names of the repairs that changed the request or the answer. */
  repairs?: Set<string>
  /** Token counts, once Gemini has reported them. */
  usage?: Usage
}
