import type { EventFormat } from '../contract/eventFormat.js'
import { toAnthropicError } from '../contract/protocol.js'
import type { MessageStreamEvent } from '../contract/types.js'
import { toNamedSseEvent } from './encode.js'

/**
 * Makes the SSE format of a Messages API stream. A failed stream ends with an `error` event only:
 * after a regular end, some clients would accept a partial message as complete.
 *
 * @param requestId - sent in the `error` event
 */
export const makeMessagesFormat = (requestId: string): EventFormat<MessageStreamEvent> => ({
  // A `ping` event: some clients disconnect after five minutes with nothing but SSE comments.
  heartbeat: toNamedSseEvent(JSON.stringify({ type: 'ping' })),
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toNamedSseEvent,
  toEndData: (failure) => (failure === undefined ? [] : [JSON.stringify(toAnthropicError(failure, requestId))]),
})
