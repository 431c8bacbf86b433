import type { ApiError } from './errors.js'
import type { MediaBytes } from './mediaBytes.js'
import type { Usage } from './types.js'

/**
 * How a stream ended: regularly (`whole`), with a failure, or `interrupted`: its producer died, and
 * no event reports the end. `usage` counts the whole stream, even if the client did not ask for it.
 */
export type StreamEnd =
  | { readonly ending: 'whole'; readonly usage: Usage | undefined }
  | { readonly ending: 'failed'; readonly failure: ApiError }
  | { readonly ending: 'interrupted' }

/** Consecutive events of one stream that are sent in one write. */
export interface EventBatch {
  /** Number of the first event. The events of a stream are numbered from 1. */
  readonly first: number
  /** The data of each event, on one line: JSON, or `[DONE]`. */
  readonly data: readonly string[]
  /** The media for placeholders in `data`. A batch with media can be sent, but not stored. */
  readonly media?: MediaBytes | undefined
  /** How the stream ended; only in its last batch. */
  readonly end?: StreamEnd | undefined
}

/** Serialises the events of one stream; may reuse JSON that these events have in common. */
export interface EventSerialiser<Event = unknown> {
  /** Returns the SSE data of an event: one line of JSON. */
  toData(event: Event): string
}

/** The format in which one API writes the events and the end of a stream. */
export interface EventFormat<Event = unknown> {
  /** The SSE text that keeps a silent connection open; by default a comment. */
  readonly heartbeat?: string
  /** Makes the serialiser of one stream. */
  newSerialiser(): EventSerialiser<Event>
  /** Returns the SSE text of one event. `data` has one line; `id` is for resumable streams only. */
  frame(data: string, id?: string): string
  /**
   * Returns the data of the events that end a stream.
   *
   * @param failure - the error that ended the stream; undefined for a regular end
   * @param next - number of the first returned event
   */
  toEndData(failure: ApiError | undefined, next: number): readonly string[]
}

/** The format of an API whose streams can be resumed: it numbers their events. */
export interface ResumableFormat<Event = unknown> extends EventFormat<Event> {
  /** Matches the ids of the API's streams, such as `resp_` with 32 hexadecimal digits. */
  readonly streamId: RegExp
  /** Number in the SSE id of a stream's first event. `first` of a batch always counts from 1. */
  readonly firstEventNumber: 0 | 1
  /** Returns the stream id that a stream's first event contains; undefined if it has none. */
  streamIdOf(event: Event): string | undefined
  /** True for the last event before the end marker of a stream, such as `response.completed`. */
  isLast(event: Event): boolean
}
