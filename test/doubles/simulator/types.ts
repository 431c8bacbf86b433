import type { ErrorName } from './errors.js'

/** A JSON object whose members are not yet known. */
export type JsonObject = { readonly [key: string]: unknown }

/** The value of `error` in Google's error body. */
export interface GoogleError {
  readonly code: number
  readonly message: string
  readonly status: string
  readonly details?: readonly JsonObject[]
}

/**
 * The form of an error body: the compatibility layer's array, the native object, an HTML page, or
 * an object labelled as an event stream, or that of the Interactions API, whose code is a word.
 */
export type ErrorForm = 'array' | 'object' | 'html' | 'sse-json' | 'word'

/** The form of an error within a stream; `element` is that of an array. */
export type MidStreamForm = 'bare-object' | 'bare-array' | 'data-object' | 'data-array' | 'event' | 'element'

/** Which chunks carry `usage` when the client requested it. */
export type UsagePlacement = 'every-chunk' | 'last-chunk'

/** Overrides of usage numbers; omitted ones are counted. */
export interface UsageOverride {
  readonly placement?: UsagePlacement
  readonly completion_tokens?: number
  readonly prompt_tokens?: number
  readonly total_tokens?: number
  readonly cached_tokens?: number
}

/**
 * A tool call to generate. Missing arguments are made from the tool's schema. A string is sent
 * unchanged, even when it is not JSON.
 */
export interface ScriptedCall {
  readonly name: string
  readonly arguments?: JsonObject | string
  /** The id, instead of a random one: Google repeats ids across answers. */
  readonly id?: string
  /** The signature, instead of a new one for the first call of a step; null for none. */
  readonly signature?: string | null
}

/**
 * Sequential tool steps before the final text: a number of steps, a number with calls per step, or
 * a list of all steps.
 */
export type Steps = number | { readonly count: number; readonly parallel?: number } | readonly (readonly ScriptedCall[])[]

/** When a fault occurs; chunks are `data:` events, bytes are body bytes. */
export type FaultMoment = 'before-headers' | 'after-headers' | { readonly afterBytes: number } | { readonly afterChunks: number }

/**
 * When a response waits for the test: before its headers, before its body, before each chunk after
 * the first, or after some chunks.
 */
export type HoldMoment = 'before-headers' | 'after-headers' | 'each-chunk' | { readonly afterChunks: number }

/**
 * A network fault. `reset`: TCP RST. `refuse`: RST before the body is read. `eof`: the body ends
 * early but well-formed. `cut`: FIN in the middle of the chunked body. `stall`: silence until the
 * client disconnects. `garbage`: bytes that are neither HTTP nor SSE, then the rest.
 */
export interface Fault {
  readonly kind: 'reset' | 'refuse' | 'eof' | 'cut' | 'stall' | 'garbage'
  readonly when?: FaultMoment
}

/** The queries and results of Google Search. */
export interface Grounding {
  readonly queries?: readonly string[]
  readonly sources?: readonly { readonly uri: string; readonly title: string }[]
}

/** An answer over several requests: the first and its continuations, each with a token. */
export interface LongAnswer {
  /** Number of requests, default 2; the text is divided among them. */
  readonly count?: number
  /** Tokens that each response reports, instead of those of its text. */
  readonly tokensPerRequest?: number
  /** Number of text deltas after which a stream sends a continuation token, each time. */
  readonly textsPerResumePoint?: number
  /** The connection of `cutRequest` breaks once, after this many events. */
  readonly cutAfter?: number
  /** Index of the request whose connection breaks; default 0, the first. */
  readonly cutRequest?: number
  /** Index of a request whose response contains only thoughts. */
  readonly thoughtsOnly?: number
  /** Index of the first request whose response has no token; later ones have none either. */
  readonly tokenless?: number
}

/**
 * Overrides of the default response to one request. Every member is optional and JSON, so that it
 * can be sent within a prompt.
 */
export interface Behaviour {
  readonly text?: string
  /** Number of text deltas. If the text has fewer characters, numbers fill up the rest. */
  readonly chunks?: number
  /** Instead of `chunks`: the number of characters per text delta, about. */
  readonly charactersPerChunk?: number
  readonly deltas?: readonly string[]
  /** Adds a sentence to an echo, which says that the simulator has written the answer. */
  readonly explains?: boolean
  /** Thought summaries, shown only when the request includes thoughts (or `forceThoughts`). */
  readonly thoughts?: string | readonly string[]
  readonly forceThoughts?: boolean
  /** Hidden thinking tokens, visible in `total_tokens` only. */
  readonly thinkingTokens?: number
  readonly toolCalls?: readonly ScriptedCall[]
  readonly parallelPlacement?: 'one-delta' | 'one-per-chunk' | 'split-arguments'
  readonly emptyToolIds?: boolean
  /** The form of mid-2025: the signature is on the message as well as in its `extra_content`. */
  readonly messageSignature?: boolean
  /**
   * Refuses a request by a 400 with this message if any signature in it is not a placeholder, as
   * for signatures of another project or model.
   */
  readonly refusesSignatures?: string
  readonly steps?: Steps
  /** Sent unchanged: `content_filter: PROHIBITED_CONTENT`, `MAX_TOKENS`, ... */
  readonly finish?: string
  /**
   * A choice without `message`, or without `delta` in a stream. In JSON, a content filter without
   * text implies it.
   */
  readonly omitMessage?: boolean
  readonly empty?: boolean
  /** The signature of a text turn is sent with `content: null` instead of without `content`. */
  readonly nullContent?: boolean
  readonly usage?: UsagePlacement | UsageOverride
  readonly images?: number
  /** Native: images that a model of images draws while it thinks. */
  readonly drafts?: number
  readonly hugeEventBytes?: number
  readonly error?: ErrorName | GoogleError
  readonly errorForm?: ErrorForm
  readonly errorMidStream?: { readonly name: ErrorName | GoogleError; readonly form?: MidStreamForm; readonly afterChunks?: number }
  readonly latencyMs?: number
  readonly firstChunkDelayMs?: number
  readonly chunkDelayMs?: number
  /** Waits at this moment until the test calls `release`, without a time limit. */
  readonly hold?: HoldMoment
  readonly bytesPerWrite?: number
  readonly eol?: 'lf' | 'crlf' | 'cr'
  /** The stream ends with the last character of `[DONE]`. */
  readonly noFinalNewline?: boolean
  /** Line ends after `[DONE]`, 2 by default. */
  readonly finalNewlines?: 0 | 1 | 2
  readonly omitDone?: boolean
  readonly doneWithoutFinish?: boolean
  readonly comment?: string | readonly string[]
  readonly rawBody?: string | { readonly base64: string }
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  readonly fault?: Fault
  /** Number of requests that a queued behaviour applies to, 1 by default. */
  readonly repeat?: number
  /**
   * A queued behaviour applies only to a request whose path contains this: `/models`,
   * `/embeddings`, `/chat`. On the native API, `/chat` is generateContent and its stream, and
   * `/embeddings` are embedContent and batchEmbedContents; `:countTokens` is only there.
   */
  readonly path?: string
  /** Native: sends exactly this object; an array is the events of a stream, merged without one. */
  readonly nativeAnswer?: JsonObject | readonly JsonObject[]
  /** Native: members of the last `usageMetadata`; null removes one. */
  readonly usageMetadata?: JsonObject
  /** Native: the prompt is blocked for this reason, and there is no candidate. */
  readonly promptBlock?: string
  /**
   * Native: what Google Search finds; false for an answer without a search, which is the default
   * beside functions.
   */
  readonly grounding?: false | Grounding
  /** Native: an answer of Gemini 4 that is continued over several requests. */
  readonly longAnswer?: LongAnswer
  /**
   * A directive with a key applies only to the first `times` requests with this key: "fail twice,
   * then answer".
   */
  readonly times?: number
  readonly key?: string
}

/** The state of a key: `valid`, or the name of the error that its use causes. */
export type KeyState = 'valid' | ErrorName

/**
 * `closed` models refuse new users only, `retired` ones all users; `missing` ones never existed.
 */
export type ModelState = 'alive' | 'closed' | 'retired' | 'missing'

/** The simulator's settings. All of them, except host and port, may be changed while it runs. */
export interface Settings {
  host: string
  port: number
  /** Maximum number of requests stored in `requests`; with 0 they are only counted. */
  keepRequests: number
  /**
   * Maximum size of the request text in `requests`, in bytes; the oldest requests are dropped
   * first.
   */
  keepBytes: number
  keys: { readonly [key: string]: KeyState } | ReadonlyMap<string, KeyState>
  /**
   * The account was created after July 2026: models that are closed to new users respond with 404.
   */
  newUser: boolean
  /** Overrides of the model catalogue: `{ 'gemini-2.0-flash': 'alive' }`. */
  models: { readonly [id: string]: ModelState }
  /** The key that may use a file or cache: `{ 'files/abc': 'key' }`. Any key may use others. */
  owners: { readonly [id: string]: string }
  strictSchemas: boolean
  usage: UsagePlacement
  /** Applies to every request; `next()` and the prompt's directive take precedence. */
  behaviour: Behaviour
}

/** One request as the simulator received it. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  /** Parsed JSON, or the text if it is not JSON. */
  body: unknown
  textLength: number
  /** Milliseconds since the epoch. */
  readonly time: number
  status?: number
  /** The client disconnected before the response was complete. */
  aborted: boolean
  finished: boolean
  /** Milliseconds since the epoch. */
  closedAt?: number
  /** Milliseconds since the epoch, with the sub-millisecond precision of the monotonic clock. */
  closedAtPrecise?: number
}

/** Counts since the start or the last reset. */
export interface Counts {
  totalRequests: number
  abortedRequests: number
  finishedRequests: number
  openRequests: number
}

/** A running simulator. */
export interface Simulator extends Readonly<Counts> {
  readonly origin: string
  /** The address of the compatibility endpoint; the native API is at the same less `/openai`. */
  readonly baseUrl: string
  readonly requests: readonly RecordedRequest[]
  readonly settings: Settings
  /** Queues behaviours for the next requests, first in, first out. */
  next(...behaviours: readonly Behaviour[]): void
  /**
   * Releases held requests, the oldest first, then the next ones to arrive.
   *
   * @param count - how many, 1 by default
   */
  release(count?: number): void
  /** Drops requests, counts, the queue and releases, and restores the initial settings. */
  reset(): void
  close(): Promise<void>
}
