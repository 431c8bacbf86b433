import { toErrorResponse } from '../contract/errors.js'
import type { KeptForm } from '../contract/eventFormat.js'
import { DONE, DONE_DATA, toEvent, toEvents, toEventsWithIds, toEventWithId } from './encode.js'

/** The chat's form: bare data, and `[DONE]` at the end of an answer that is whole. */
export const CHAT_FORM: KeptForm = {
  toText: toEvents,
  toEnd: (failure) => (failure === undefined ? DONE : toEvent(toErrorResponse(failure))),
  // Its events are chunks, each with the id of the whole.
  idOf: ([first]) => (first as { readonly id: string } | undefined)?.id,
  toKeptText: toEventsWithIds,
  // Only the mark is, which comes with the end.
  isLast: () => false,
  toKeptEnd: (stream, next, failure) => ({
    text: toEventWithId(`${stream}:${next}`, failure === undefined ? DONE_DATA : JSON.stringify(toErrorResponse(failure))),
    count: 1,
  }),
}
