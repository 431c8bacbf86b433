import type { ApiError } from '../contract/errors.js'
import type { ResumableFormat } from '../contract/eventFormat.js'
import type { ResponseStreamEvent } from '../contract/types.js'
import { toEvent } from './encode.js'

const LAST_EVENTS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

const EVENT_START = '{"type":"'
/** The type of an event: its first member, because all are made here or in responses/. */
const typeOfData = (data: string): string => data.slice(EVENT_START.length, data.indexOf('"', EVENT_START.length))

/**
 * The events of the Responses API, named by their type. A stored response has its own last event.
 * A failure to read it is an `error` event, which does not mean that the response failed.
 */
export const RESPONSES_FORMAT: ResumableFormat<ResponseStreamEvent> = {
  streamId: /^resp_[0-9a-f]{32}$/,
  firstNumber: 0,
  streamIdOf: (event) => ('response' in event ? event.response.id : undefined),
  isLast: ({ type }) => LAST_EVENTS.has(type),
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: (data, id) => `event: ${typeOfData(data)}\n${toEvent(data, id)}`,
  end: (failure, next) => (failure === undefined ? [] : [toErrorEvent(failure, next)]),
}

const toErrorEvent = ({ code, message, param }: ApiError, number: number): string =>
  JSON.stringify({ type: 'error', sequence_number: number, code, message, param } satisfies ResponseStreamEvent)

/** Makes the format of a running response. @param fail - ends the response, returns last events */
export const makeResponsesFormat = (fail: (failure: ApiError) => readonly ResponseStreamEvent[]): ResumableFormat<ResponseStreamEvent> => ({
  ...RESPONSES_FORMAT,
  end: (failure) => (failure === undefined ? [] : fail(failure).map((event) => JSON.stringify(event))),
})
