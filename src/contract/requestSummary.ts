/**
 * One finished request, as log, console, usage report and traces see it. Its log line has the same
 * fields. It holds no body, no token and no key.
 */
export interface RequestSummary {
  readonly requestId: string
  readonly method: string
  /** The `operationId`; undefined where the request fits no operation. */
  readonly operation?: string | undefined
  /** The template of the path, such as `/v1/models/{model}`. */
  readonly route?: string | undefined
  /** For 404 and 405: a known path of an API, else its first segment or `other`. */
  readonly path?: string | undefined
  /** The name of the caller's token, or a short hash; undefined where no token is required. */
  readonly caller?: string | undefined
  /** The model that the client named, cut to 64 characters that are usual in model ids. */
  readonly model?: string | undefined
  /** The Gemini model that answered, where it differs from the one that the client named. */
  readonly servedModel?: string | undefined
  /** True where the client requested a stream. */
  readonly stream: boolean
  /** True where the client reconnected to a stream or requested a stored answer. */
  readonly resumed?: boolean | undefined
  /** Attempts of upstream calls; undefined where Gemini was not called. */
  readonly attempts?: number | undefined
  /** Attempts after the first one of each upstream call; `n` choices are `n` calls. */
  readonly repeats?: number | undefined
  /** Calls of Gemini that continued a long answer, each of which is an attempt. */
  readonly continuations?: number | undefined
  /** The last four characters of the Gemini key that was used last; empty for a short key. */
  readonly key?: string | undefined
  /** Names of the repairs that changed the request or the answer. */
  readonly repairs?: readonly string[] | undefined
  /** The status that was sent, or 499 where the client disconnected before the end. */
  readonly status: number
  readonly durationMs: number
  /** Milliseconds from the arrival of the request to the first event of a stream. */
  readonly firstByteMs?: number | undefined
  /** As in the client's `usage`: the prompt of the first call only, even if there were several. */
  readonly promptTokens?: number | undefined
  /** Includes `reasoningTokens`. */
  readonly completionTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
  /** Part of `promptTokens`. */
  readonly cachedTokens?: number | undefined
  /** The prompts of all calls that made the answer; present where `continuations` is. */
  readonly billedPromptTokens?: number | undefined
  /** Part of `billedPromptTokens`. */
  readonly billedCachedTokens?: number | undefined
  /** Name of the repair that cut off the answer with `length`; Gemini could have continued it. */
  readonly endedBy?: string | undefined
  readonly errorType?: string | undefined
  readonly errorCode?: string | undefined
  /** The parameter that a 400 is about, such as `messages[0].content`. */
  readonly param?: string | undefined
  /** True where the client disconnected before the end. */
  readonly cancelled: boolean
  /**
   * True for the second summary of a request whose resumable stream continued without its client.
   * It adds the token counts, which the first one lacks, and does not count as another request.
   */
  readonly background?: boolean | undefined
}
