import type { ApiError } from './errors.js'
import type { MediaBytes } from './mediaBytes.js'
import type { Usage } from './types.js'

/**
 * How a stream ended. Its last event reports the end, except after `interrupted`: the producer has
 * died. `usage` counts the whole stream, even if the client did not request it.
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
  /** The media of the placeholders in the data. A batch with media can be read, but not stored. */
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
  /**
   * Returns the data of the events that end a stream.
   *
   * @param failure - what ended it; undefined for a regular end
   * @param next - number of the first of these events
   */
  end(failure: ApiError | undefined, next: number): readonly string[]
}

/** The format of an API whose streams can be resumed: it numbers their events. */
export interface ResumableFormat<Event = unknown> extends EventFormat<Event> {
  /** Matches the ids of the API's streams. */
  readonly streamId: RegExp
  /** The number in the id of a stream's first event. */
  readonly firstNumber: 0 | 1
  /** The id of the stream that begins with an event; undefined if the event has none. */
  streamIdOf(event: Event): string | undefined
  /** True for an event that can only be followed by the end of the stream. */
  isLast(event: Event): boolean
}
