import type { ApiError } from './errors.js'

/** How the events of a stream are written. */
export interface EventForm {
  /** The text of events that leave together. */
  readonly toText: (events: readonly unknown[]) => string
  /** What comes after the last of them: where the stream has failed, what tells of it. */
  readonly toEnd: (failure: ApiError | undefined) => string
}

/** How the events of a kept stream are written: each has an id, by which a client can ask for what comes after it. */
export interface KeptForm extends EventForm {
  /** The id of the stream, which its first events tell; undefined for a stream without any. */
  readonly idOf: (first: readonly unknown[]) => string | undefined
  /** The text of events that leave together. @param first - the number of the first of them, from 1 */
  readonly toKeptText: (stream: string, first: number, events: readonly unknown[]) => string
  /** True where nothing but the end comes after these events, as far as they tell. */
  readonly isLast: (events: readonly unknown[]) => boolean
  /** What comes after the last of them, and how many events that is. @param next - the number that comes next */
  readonly toKeptEnd: (stream: string, next: number, failure: ApiError | undefined) => { readonly text: string; readonly count: number }
}
