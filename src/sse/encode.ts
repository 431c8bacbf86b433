import type { ToClientFailure } from '../contract/clientFailure.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { StreamResult } from '../contract/operation.js'

/** An SSE comment, which keeps a silent connection open; clients ignore it. */
export const HEARTBEAT = ': keep-alive\n\n'

/**
 * The SSE text of one event, with its data on one line. The id, by which a client can resume, is
 * last: fetch-event-source remembers it at once and would miss an event that was cut off after it.
 */
export const toEvent = (data: string, id?: string): string => (id === undefined ? `data: ${data}\n\n` : `data: ${data}\nid: ${id}\n\n`)

const TYPE_PREFIX = '{"type":"'

/** The SSE text of an event that is named after `type`, which is the first member of its data. */
export const toNamedEvent = (data: string): string =>
  `event: ${data.slice(TYPE_PREFIX.length, data.indexOf('"', TYPE_PREFIX.length))}\n${toEvent(data)}`

/**
 * Makes a result from a stream that cannot be resumed: its events have no ids.
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
      const events = format.end(failure && toClient(failure), 0).map((data) => format.frame(data))
      return { text: events.join(''), failure }
    },
  }
}
