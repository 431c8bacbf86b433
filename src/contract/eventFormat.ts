import type { ApiError } from './errors.js'
import type { MediaBytes } from './mediaBytes.js'
import type { Usage } from './types.js'

/**
 * How a stream ended. Only an interrupted one, whose producer died, lacks an event that says so.
 * The usage is that of the whole stream, also where the client did not request it.
 */
export type StreamEnd =
  | { readonly ending: 'whole'; readonly usage: Usage | undefined }
  | { readonly ending: 'failed'; readonly failure: ApiError }
  | { readonly ending: 'interrupted' }

/** Consecutive events of one stream that leave in one write. */
export interface EventBatch {
  /** Number of the first event. The events of a stream are numbered from 1. */
  readonly first: number
  /** The data of each event, on one line: JSON, or `[DONE]`. */
  readonly data: readonly string[]
  /** The media for which marks stand in the data. Such a batch is read, but never stored. */
  readonly media?: MediaBytes | undefined
  /** How the stream ended; only in its last batch. */
  readonly end?: StreamEnd | undefined
}

/** Serialises the events of one stream. */
export interface EventSerialiser<Event = unknown> {
  /** The data of an event, on one line. */
  toData(event: Event): string
}

/** How one API writes the events of a stream, and ends the stream. */
export interface EventFormat<Event = unknown> {
  /** The SSE text that keeps a silent connection open; by default a comment. */
  readonly heartbeat?: string
  /** Makes the serialiser of one stream. */
  newSerialiser(): EventSerialiser<Event>
  /** The SSE text of one event, with its data on one line; `id` only in resumable streams. */
  frame(data: string, id?: string): string
  /** The data of the events that end a stream; `next` is the number of the first of them. */
  end(failure: ApiError | undefined, next: number): readonly string[]
}

/** The format of an API whose streams can be resumed: it numbers their events. */
export interface ResumableFormat<Event = unknown> extends EventFormat<Event> {
  /** Matches the ids of the API's streams. */
  readonly streamId: RegExp
  /** The number in the id of a stream's first event. */
  readonly firstNumber: 0 | 1
  /** The id of the stream that begins with an event; undefined where the event has none. */
  streamIdOf(event: Event): string | undefined
  /** True for an event that can only be followed by the end of the stream. */
  isLast(event: Event): boolean
}
