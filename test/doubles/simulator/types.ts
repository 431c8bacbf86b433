import type { ErrorName } from './errors.js'

/** A JSON object whose members are not yet known. */
export type JsonObject = { readonly [key: string]: unknown }

/** Google's error as it stands inside `error`. */
export interface GoogleError {
  readonly code: number
  readonly message: string
  readonly status: string
  readonly details?: readonly JsonObject[]
}

/** How an error body is dressed: the compat array, the native object, a front-end page, or an object labelled as an event stream. */
export type ErrorForm = 'array' | 'object' | 'html' | 'sse-json'

/** How an error appears inside a stream that has begun. */
export type MidStreamForm = 'bare-object' | 'bare-array' | 'data-object' | 'data-array'

/** Where `usage` stands in a stream whose client asked for it. */
export type UsagePlacement = 'every-chunk' | 'last-chunk'

/** Replaces single usage numbers; what is left out is counted. */
export interface UsageOverride {
  readonly placement?: UsagePlacement
  readonly completion_tokens?: number
  readonly prompt_tokens?: number
  readonly total_tokens?: number
  readonly cached_tokens?: number
}

/** A tool call to answer with; absent arguments are made from the tool's schema. A string is sent as it is, even when it is not JSON. */
export interface ScriptedCall {
  readonly name: string
  readonly arguments?: JsonObject | string
}

/** Sequential tool steps before the final text: a number of steps, a number with calls per step, or every step spelled out. */
export type Steps = number | { readonly count: number; readonly parallel?: number } | readonly (readonly ScriptedCall[])[]

/** When a fault strikes; chunks are `data:` events, bytes are body bytes. */
export type FaultMoment = 'before-headers' | 'after-headers' | { readonly afterBytes: number } | { readonly afterChunks: number }

/**
 * Where a request waits for the test: before its headers, before its body, before each chunk after
 * the first, or after some chunks.
 */
export type HoldMoment = 'before-headers' | 'after-headers' | 'each-chunk' | { readonly afterChunks: number }

/**
 * A network fault. `reset`: TCP RST. `refuse`: RST before the body is read. `eof`: the body ends early but well-formed. `cut`: FIN in the
 * middle of the chunked body. `stall`: silence until the client leaves. `garbage`: bytes that are neither HTTP nor SSE, then the rest.
 */
export interface Fault {
  readonly kind: 'reset' | 'refuse' | 'eof' | 'cut' | 'stall' | 'garbage'
  readonly when?: FaultMoment
}

/** What one request gets instead of the usual answer. Every member is optional and JSON, so that it can travel inside a prompt. */
export interface Behaviour {
  readonly text?: string
  /** Number of text deltas; more than the text has characters are filled up with counted words. */
  readonly chunks?: number
  readonly deltas?: readonly string[]
  /** Thought summaries, shown only when the request includes thoughts (or `forceThoughts`). */
  readonly thoughts?: string | readonly string[]
  readonly forceThoughts?: boolean
  /** Hidden thinking tokens, visible in `total_tokens` only. */
  readonly thinkingTokens?: number
  readonly toolCalls?: readonly ScriptedCall[]
  readonly parallelPlacement?: 'one-delta' | 'one-per-chunk' | 'split-arguments'
  readonly emptyToolIds?: boolean
  /** The form of mid 2025: a signature on the message as well as in its `extra_content`. */
  readonly messageSignature?: boolean
  readonly steps?: Steps
  /** Sent as it is: `content_filter: PROHIBITED_CONTENT`, `MAX_TOKENS`, ... */
  readonly finish?: string
  /** A choice without `message`, or without `delta` in a stream; a content filter without text does so by itself in JSON. */
  readonly omitMessage?: boolean
  readonly empty?: boolean
  /** The signature of a text turn comes with `content: null` instead of no `content`. */
  readonly nullContent?: boolean
  readonly usage?: UsagePlacement | UsageOverride
  readonly images?: number
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
  /** Line ends after `[DONE]`, 2 unless told. */
  readonly finalNewlines?: 0 | 1 | 2
  readonly omitDone?: boolean
  readonly doneWithoutFinish?: boolean
  readonly comment?: string | readonly string[]
  readonly rawBody?: string | { readonly base64: string }
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  readonly fault?: Fault
  /** Number of requests a queued behaviour serves, 1 unless told. */
  readonly repeat?: number
  /** A queued behaviour waits for a request whose path contains this: `/models`, `/embeddings`, `/chat`. */
  readonly path?: string
  /** A directive with a key serves only the first `times` requests that carry the key: "fail twice, then answer". */
  readonly times?: number
  readonly key?: string
}

/** What a key is worth: `valid`, or the name of the error that its use gets. */
export type KeyState = 'valid' | ErrorName

/** `closed` models refuse new users only; `retired` ones everybody; `missing` ones were never there. */
export type ModelState = 'alive' | 'closed' | 'retired' | 'missing'

/** The simulator's switches; all of them may be changed while it runs, except host and port. */
export interface Settings {
  host: string
  port: number
  /** Newest requests kept in `requests`; 0 keeps counts only. */
  keepRequests: number
  /** Upper bound of the request text kept in `requests`, in bytes; older requests go first. */
  keepBytes: number
  keys: { readonly [key: string]: KeyState } | ReadonlyMap<string, KeyState>
  /** The account is younger than July 2026: models that are closed to new users answer 404. */
  newUser: boolean
  /** Overrides the catalogue: `{ 'gemini-2.0-flash': 'alive' }`. */
  models: { readonly [id: string]: ModelState }
  strictSchemas: boolean
  usage: UsagePlacement
  /** Applies to every request, below `next()` and the prompt's own directive. */
  behaviour: Behaviour
}

/** One request as the simulator saw it. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  /** Parsed JSON, or the text itself when it is none. */
  body: unknown
  textLength: number
  /** Milliseconds since the epoch. */
  readonly time: number
  status?: number
  /** The client left before the answer was complete. */
  aborted: boolean
  finished: boolean
  /** Milliseconds since the epoch. */
  closedAt?: number
  /** The same with the fraction of the monotonic clock. */
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
  readonly baseUrl: string
  readonly requests: readonly RecordedRequest[]
  readonly settings: Settings
  /** Queues behaviours for the next requests, first in, first out. */
  next(...behaviours: readonly Behaviour[]): void
  /**
   * Ends holds: waiting requests, the oldest first, then the next ones to arrive.
   *
   * @param count - how many, 1 by default
   */
  release(count?: number): void
  /** Drops requests, counts, the queue and releases, and restores the initial settings. */
  reset(): void
  close(): Promise<void>
}
