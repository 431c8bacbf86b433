import type { ApiError } from '../contract/errors.js'
import type { ResumableFormat } from '../contract/eventFormat.js'
import type { ResponseStreamEvent } from '../contract/types.js'
import { toSseEvent } from './encode.js'

const LAST_EVENTS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

const EVENT_START = '{"type":"'
/** Reads `type` from an event's JSON without parsing: the proxy always writes it first. */
const typeOfData = (data: string): string => data.slice(EVENT_START.length, data.indexOf('"', EVENT_START.length))

/**
 * The SSE format of the Responses API: events are named after their type. An `error` event reports
 * that a stored response cannot be read; a failed response ends with `response.failed` instead.
 */
export const RESPONSES_FORMAT: ResumableFormat<ResponseStreamEvent> = {
  streamId: /^resp_[0-9a-f]{32}$/,
  firstEventNumber: 0,
  streamIdOf: (event) => ('response' in event ? event.response.id : undefined),
  isLast: ({ type }) => LAST_EVENTS.has(type),
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: (data, id) => `event: ${typeOfData(data)}\n${toSseEvent(data, id)}`,
  toEndData: (failure, next) => (failure === undefined ? [] : [toErrorEvent(failure, next)]),
}

const toErrorEvent = ({ code, message, param }: ApiError, number: number): string =>
  JSON.stringify({ type: 'error', sequence_number: number, code, message, param } satisfies ResponseStreamEvent)

/** Makes the format of one response's stream. @param fail - returns the events for a failure */
export const makeResponsesFormat = (fail: (failure: ApiError) => readonly ResponseStreamEvent[]): ResumableFormat<ResponseStreamEvent> => ({
  ...RESPONSES_FORMAT,
  toEndData: (failure) => (failure === undefined ? [] : fail(failure).map((event) => JSON.stringify(event))),
})
