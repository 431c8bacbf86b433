import type { ServedTier, Usage } from './types.js'

/** Most ignored parameters to report: the response header that lists them has a limited length. */
export const MOST_IGNORED_PARAMS = 400

/** Facts about a request, added while it runs: for its log line, metrics, response headers. */
export interface RequestLog {
  /** The model that the client named, unescaped; the request summary has it in a safe form. */
  model?: string | undefined
  /** True if the catalogue or the operator names this model: only then is it a metric label. */
  isModelKnown?: boolean
  /** The Gemini model that answered, if it differs from the one that the client named. */
  servedModel?: string
  /** The processing tier that Gemini has reported, by OpenAI's name. */
  servedTier?: ServedTier
  /** True when the client requested a stream. */
  streamed?: boolean
  /** True when the client reconnected to a stream or requested a stored answer. */
  resumed?: boolean
  /** Paths of the ignored parameters: accepted from the client and not sent to Gemini. */
  ignoredParams?: readonly string[]
  /** Number of HTTP requests to Gemini: the attempts of all upstream calls. */
  attempts?: number
  /** When the first upstream call began, by `performance.now()`. */
  calledAt?: number
  /** Number of repeated attempts: retries, resumptions, other keys and fallbacks. */
  repeats?: number
  /** The last four characters of the Gemini key that was used last; empty for a short key. */
  keyEnd?: string
  /** Names of the repairs that changed the request or the answer. */
  repairs?: Set<string>
  /** Number of continuations: attempts that requested the rest of a long answer. */
  continuations?: number
  /** Token counts, once Gemini has reported them. */
  usage?: Usage | undefined
  /** The tokens that Google bills: includes the prompt of each continuation, unlike `usage`. */
  billedUsage?: Usage | undefined
}

/** Records one attempt of an upstream call. @param end - the last characters of its key */
export function logAttempt(requestLog: RequestLog, { end }: { readonly end: string }): void {
  requestLog.calledAt ??= performance.now()
  requestLog.attempts = (requestLog.attempts ?? 0) + 1
  requestLog.keyEnd = end
}
