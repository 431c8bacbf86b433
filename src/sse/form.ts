import { type ApiError, toErrorResponse } from '../errors.js'
import { DONE, toEvent, toEvents } from './encode.js'

/** How the events of a stream are written. */
export interface EventForm {
  /** The text of events that leave together. */
  readonly toText: (events: readonly unknown[]) => string
  /** What comes after the last of them: where the stream has failed, what tells of it. */
  readonly toEnd: (failure: ApiError | undefined) => string
}

/** The chat's form: bare data, and `[DONE]` at the end of an answer that is whole. */
export const CHAT_FORM: EventForm = {
  toText: toEvents,
  toEnd: (failure) => (failure === undefined ? DONE : toEvent(toErrorResponse(failure))),
}
