/**
 * One finished request, as log, console, usage report and traces see it. Its log line has the same
 * fields. It holds no body, no token and no key.
 */
export interface RequestSummary {
  readonly requestId: string
  readonly method: string
  /** The `operationId`; undefined if the request matches no operation of the contract. */
  readonly operation?: string | undefined
  /** The template of the path, such as `/v1/models/{model}`. */
  readonly route?: string | undefined
  /** Path of a 404 or 405: the template of a known path, or a known first segment, or `other`. */
  readonly path?: string | undefined
  /** The name of the caller's token, or its short hash; undefined if no token is required. */
  readonly caller?: string | undefined
  /**
   * The model that the client named, without `models/`: at most 64 characters, unusual ones
   * replaced by `?`.
   */
  readonly model?: string | undefined
  /** The Gemini model that answered, if it differs from the one that the client named. */
  readonly servedModel?: string | undefined
  /** True if the client requested a stream. */
  readonly stream: boolean
  /** True if the client reconnected to a stream or requested a stored answer. */
  readonly resumed?: boolean | undefined
  /** Number of HTTP requests to Gemini; undefined if there were none. */
  readonly attempts?: number | undefined
  /** Number of attempts after the first of each upstream call; `n` choices are `n` calls. */
  readonly repeats?: number | undefined
  /** Number of attempts that requested the rest of a long answer. */
  readonly continuations?: number | undefined
  /** The last four characters of the Gemini key that was used last; empty for a short key. */
  readonly key?: string | undefined
  /** Names of the repairs that changed the request or the answer. */
  readonly repairs?: readonly string[] | undefined
  /** The HTTP status that was sent, or 499 if the client disconnected before the whole response. */
  readonly status: number
  readonly durationMs: number
  /** Milliseconds from the arrival of the request to the first event of a stream. */
  readonly firstByteMs?: number | undefined
  /** Prompt tokens as in the `usage` that the client gets: without the prompts of continuations. */
  readonly promptTokens?: number | undefined
  /** Tokens of the answer, including `reasoningTokens`. */
  readonly completionTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
  /** The part of `promptTokens` that Gemini had cached. */
  readonly cachedTokens?: number | undefined
  /** Billed prompt tokens, with those of continuations; undefined without continuations. */
  readonly billedPromptTokens?: number | undefined
  /** The part of `billedPromptTokens` that Gemini had cached. */
  readonly billedCachedTokens?: number | undefined
  /** Name of the repair that set `finish_reason: length` although Gemini could continue. */
  readonly endedBy?: string | undefined
  readonly errorType?: string | undefined
  readonly errorCode?: string | undefined
  /** The parameter that a 400 is about, such as `messages[0].content`. */
  readonly param?: string | undefined
  /** True if the client disconnected before the whole response was sent. */
  readonly cancelled: boolean
  /**
   * True for the second summary of a request whose resumable stream continued without its client.
   * It adds the token counts, which the first one lacks, and does not count as another request.
   */
  readonly background?: boolean | undefined
}
