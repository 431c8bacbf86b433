import type { ServedTier, Usage } from './types.js'

/** Maximum number of ignored parameters to list: the response header has a limited length. */
export const MAX_IGNORED_PARAMS = 400

/** Data about a running request, for its log line, metrics and response headers. */
export interface RequestLog {
  /** The model that the client named, unescaped; the request summary has it in a safe form. */
  model?: string | undefined
  /** True for a model of the catalogue or of a setting; others must not become metric labels. */
  isModelKnown?: boolean
  /** The Gemini model that answered, if it differs from the one that the client named. */
  servedModel?: string
  /** OpenAI's name of the processing tier that Gemini has reported. */
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
  firstCallAt?: number
  /** Number of repeated attempts: retries, resumptions, and those with other keys or models. */
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
  requestLog.firstCallAt ??= performance.now()
  requestLog.attempts = (requestLog.attempts ?? 0) + 1
  requestLog.keyEnd = end
}
