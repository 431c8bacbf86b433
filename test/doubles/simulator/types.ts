import type { ErrorName } from './errors.js'

/** A JSON object whose members have not been checked. */
export type JsonObject = { readonly [key: string]: unknown }

/** The value of `error` in Google's error body. */
export interface GoogleError {
  readonly code: number
  readonly message: string
  readonly status: string
  readonly details?: readonly JsonObject[]
}

/**
 * The form of an error body: the compatible API's array, the native API's object, an HTML page, the
 * object labelled as an event stream, or that of the Interactions API, whose code is a word.
 */
export type ErrorForm = 'array' | 'object' | 'html' | 'sse-json' | 'word'

/** The form of an error within a stream; `element` is an element of a JSON array of events. */
export type MidStreamForm = 'bare-object' | 'bare-array' | 'data-object' | 'data-array' | 'event' | 'element'

/** Which chunks carry `usage` when the client requested it. */
export type UsagePlacement = 'every-chunk' | 'last-chunk'

/** Overrides of numbers in `usage`; the simulator counts those that are not set. */
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

/** When a fault occurs. Chunks are counted as `data:` events, bytes as bytes of the body. */
export type FaultMoment = 'before-headers' | 'after-headers' | { readonly afterBytes: number } | { readonly afterChunks: number }

/**
 * When a response waits until the test releases it: before its headers, before its body, before
 * each chunk after the first, or after a number of chunks.
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

/** The queries and results of Google Search that an answer reports. */
export interface Grounding {
  readonly queries?: readonly string[]
  readonly sources?: readonly { readonly uri: string; readonly title: string }[]
}

/** An answer that a client gets over several requests: the first one, and its continuations. */
export interface LongAnswer {
  /** Number of requests, 2 by default; the text of the answer is divided among them. */
  readonly count?: number
  /** Number of tokens that each response reports; by default those of its text. */
  readonly tokensPerRequest?: number
  /** A stream sends a continuation token each time after this many text deltas. */
  readonly textsPerResumePoint?: number
  /** The connection of the request `cutRequest` breaks once, after this many events. */
  readonly cutAfter?: number
  /** Index of the request whose connection breaks; default 0, the first. */
  readonly cutRequest?: number
  /** Index of a request whose response contains thoughts and no text. */
  readonly thoughtsOnly?: number
  /** Index of the first request whose response has no continuation token; later ones have none. */
  readonly tokenless?: number
}

/**
 * Overrides of the default response to one request. Every member is optional and JSON, so that it
 * can be sent within a prompt.
 */
export interface Behaviour {
  readonly text?: string
  /** Number of text deltas. If the text has fewer characters, numbers are added as filler. */
  readonly chunks?: number
  /** Approximate number of characters per text delta; ignored if `chunks` is set. */
  readonly charactersPerChunk?: number
  readonly deltas?: readonly string[]
  /** Adds a sentence to an echo that says that the simulator wrote the answer, not Gemini. */
  readonly explains?: boolean
  /** Thought summaries, shown only when the request includes thoughts (or `forceThoughts`). */
  readonly thoughts?: string | readonly string[]
  readonly forceThoughts?: boolean
  /** Number of thinking tokens. On the compatible API, only `total_tokens` includes them. */
  readonly thinkingTokens?: number
  readonly toolCalls?: readonly ScriptedCall[]
  readonly parallelPlacement?: 'one-delta' | 'one-per-chunk' | 'split-arguments'
  readonly emptyToolIds?: boolean
  /** Sends the signature as Google did in mid-2025: on the message and in its `extra_content`. */
  readonly messageSignature?: boolean
  /**
   * Refuses a request by a 400 with this message if any signature in it is not a placeholder, as
   * for signatures of another project or model.
   */
  readonly refusesSignatures?: string
  readonly steps?: Steps
  /** The finish reason, sent unchanged, such as `content_filter: PROHIBITED_CONTENT`. */
  readonly finish?: string
  /**
   * Sends the choice without `message`, or without `delta` in a stream. By default, only a content
   * filter without text omits the message, and only if the response is not a stream.
   */
  readonly omitMessage?: boolean
  readonly empty?: boolean
  /** The signature of a text turn is sent with `content: null` instead of without `content`. */
  readonly nullContent?: boolean
  readonly usage?: UsagePlacement | UsageOverride
  readonly images?: number
  /** Native API: the number of drafts that an image model sends as thoughts before its image. */
  readonly drafts?: number
  readonly hugeEventBytes?: number
  readonly error?: ErrorName | GoogleError
  readonly errorForm?: ErrorForm
  readonly errorMidStream?: { readonly name: ErrorName | GoogleError; readonly form?: MidStreamForm; readonly afterChunks?: number }
  readonly latencyMs?: number
  readonly firstChunkDelayMs?: number
  readonly chunkDelayMs?: number
  /** The response waits at this moment until the test calls `release`, without a time limit. */
  readonly hold?: HoldMoment
  readonly bytesPerWrite?: number
  readonly eol?: 'lf' | 'crlf' | 'cr'
  /** The stream ends with `[DONE]`, without a line end after it. */
  readonly noFinalNewline?: boolean
  /** Number of line ends after `[DONE]`, 2 by default. */
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
   * `/embeddings` are embedContent and batchEmbedContents; only this API has `:countTokens`.
   */
  readonly path?: string
  /** Native API: sends exactly this object. An array is streamed as events, or else merged. */
  readonly nativeAnswer?: JsonObject | readonly JsonObject[]
  /** Native API: members of the last `usageMetadata`; null removes a member. */
  readonly usageMetadata?: JsonObject
  /** Native API: the prompt is blocked for this reason, so the response has no candidate. */
  readonly promptBlock?: string
  /**
   * Native API: what Google Search finds; false for an answer without a search. By default, the
   * model searches only if the request declares no functions.
   */
  readonly grounding?: false | Grounding
  /** Native API: an answer of Gemini 4 that is continued over several requests. */
  readonly longAnswer?: LongAnswer
  /**
   * A directive with a key applies only to the first `times` requests that contain this key, for
   * example to fail twice and then answer.
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
   * Maximum size of the texts of stored request bodies, in characters; the oldest requests are
   * dropped first.
   */
  keepBytes: number
  keys: { readonly [key: string]: KeyState } | ReadonlyMap<string, KeyState>
  /**
   * True if the account was created after July 2026: models that are closed to new users respond to
   * it with 404.
   */
  newUser: boolean
  /** Overrides of the model catalogue: `{ 'gemini-2.0-flash': 'alive' }`. */
  models: { readonly [id: string]: ModelState }
  /** Files and caches that only one key may use: `{ 'files/abc': 'key' }`. */
  owners: { readonly [id: string]: string }
  strictSchemas: boolean
  usage: UsagePlacement
  /** The behaviour for every request; a queued one and the prompt's directive take precedence. */
  behaviour: Behaviour
}

/** One request as the simulator received it. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  /** The body as parsed JSON, or as text if it is not JSON. */
  body: unknown
  textLength: number
  /** Time at which the request arrived, in milliseconds since the epoch. */
  readonly time: number
  status?: number
  /** True if the client disconnected before the response was complete. */
  aborted: boolean
  finished: boolean
  /** Time at which the response was closed, in milliseconds since the epoch. */
  closedAt?: number
  /** The same time, but with the sub-millisecond precision of the monotonic clock. */
  closedAtPrecise?: number
}

/** Numbers of requests since the simulator started or was last reset. */
export interface Counts {
  totalRequests: number
  abortedRequests: number
  finishedRequests: number
  openRequests: number
}

/** A running simulator. */
export interface Simulator extends Readonly<Counts> {
  readonly origin: string
  /** Base URL of the compatible API. Without its last segment, it is that of the native API. */
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
  /** Drops everything that the simulator has stored, and restores the initial settings. */
  reset(): void
  close(): Promise<void>
}
