import type { ApiError } from '../contract/errors.js'
import type { KeptForm } from '../contract/eventFormat.js'
import type { ResponseStreamEvent } from '../contract/types.js'

/** One event, named after the type of what it carries. @param id - the stream, where it is kept */
export const toNamedEvent = (event: ResponseStreamEvent, id?: string): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n${id === undefined ? '' : `id: ${id}:${event.sequence_number}\n`}\n`

const toNamedEvents = (events: readonly ResponseStreamEvent[], id?: string): string => {
  let text = ''
  for (const event of events) text += toNamedEvent(event, id)
  return text
}

const LAST: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/**
 * Makes the form of one answer: named events, of which the last tells how it has ended.
 *
 * @param endOf - the events that tell of a failure; none where the answer has ended before it
 */
export function makeResponseForm(endOf: (failure: ApiError) => readonly ResponseStreamEvent[]): KeptForm {
  const toEndEvents = (failure: ApiError | undefined) => (failure === undefined ? [] : endOf(failure))
  return {
    // Nothing but the events of this answer is given to it.
    toText: (events) => toNamedEvents(events as readonly ResponseStreamEvent[]),
    toEnd: (failure) => toNamedEvents(toEndEvents(failure)),
    idOf: ([first]) => {
      const event = first as ResponseStreamEvent | undefined
      return event !== undefined && 'response' in event ? event.response.id : undefined
    },
    toKeptText: (stream, _first, events) => toNamedEvents(events as readonly ResponseStreamEvent[], stream),
    isLast: (events) => LAST.has((events.at(-1) as ResponseStreamEvent | undefined)?.type ?? ''),
    toKeptEnd: (stream, _next, failure) => {
      const events = toEndEvents(failure)
      return { text: toNamedEvents(events, stream), count: events.length }
    },
  }
}
