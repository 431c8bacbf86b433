import type { ToClientFailure } from '../contract/clientFailure.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { StreamResult } from '../contract/operation.js'

/** An SSE comment, which keeps a silent connection open; clients ignore it. */
export const HEARTBEAT = ': keep-alive\n\n'

/**
 * Returns the SSE text of one event; `data` must be one line. The id, with which a client resumes,
 * is last: fetch-event-source stores it at once, and would skip an event that is cut off after it.
 */
export const toSseEvent = (data: string, id?: string): string => (id === undefined ? `data: ${data}\n\n` : `data: ${data}\nid: ${id}\n\n`)

const TYPE_PREFIX = '{"type":"'

/** Returns the SSE text of an event named after `type`, which is the first member of its data. */
export const toNamedSseEvent = (data: string): string =>
  `event: ${data.slice(TYPE_PREFIX.length, data.indexOf('"', TYPE_PREFIX.length))}\n${toSseEvent(data)}`

/**
 * Makes the result of an operation whose stream is not resumable: its events have no ids.
 *
 * @param toClient - converts a failure of the stream to the terms of the client's API
 */
export const toStreamResult = <Event>(
  batches: AsyncIterable<readonly Event[]>,
  format: EventFormat<Event>,
  toClient: ToClientFailure = (failure) => failure,
): StreamResult<readonly Event[]> => {
  const serialiser = format.newSerialiser()
  return {
    batches,
    heartbeat: format.heartbeat,
    frame: (events) => {
      let text = ''
      for (const event of events) text += format.frame(serialiser.toData(event))
      return text
    },
    end: (failure) => {
      const events = format.toEndData(failure && toClient(failure), 0).map((data) => format.frame(data))
      return { text: events.join(''), failure }
    },
  }
}
