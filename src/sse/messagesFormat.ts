import type { EventFormat } from '../contract/eventFormat.js'
import { toAnthropicError } from '../contract/protocol.js'
import type { MessageStreamEvent } from '../contract/types.js'
import { toNamedSseEvent } from './encode.js'

/**
 * Makes the format of a stream of the Messages API: named events. Only an `error` event ends a
 * failed stream: after a regular end, some clients take a partial message for a complete one.
 *
 * @param requestId - sent in the `error` event
 */
export const makeMessagesFormat = (requestId: string): EventFormat<MessageStreamEvent> => ({
  // Some clients disconnect after five minutes without an event; they do not count comments.
  heartbeat: toNamedSseEvent(JSON.stringify({ type: 'ping' })),
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toNamedSseEvent,
  toEndData: (failure) => (failure === undefined ? [] : [JSON.stringify(toAnthropicError(failure, requestId))]),
})
