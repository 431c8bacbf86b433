import type { ApiError } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import { toAnthropicError } from '../contract/protocol.js'
import type { MessageStreamEvent } from '../contract/types.js'
import { toNamedEvent } from './encode.js'

/**
 * Makes the format of a stream of the Messages API: named events, and an `error` event as the only
 * end of one that broke, since some clients take half a message for a whole one.
 *
 * @param requestId - stands in the `error` event
 * @param translate - says a failure in the words of the API
 */
export const makeMessagesFormat = (requestId: string, translate: (failure: ApiError) => ApiError): EventFormat<MessageStreamEvent> => ({
  // Some clients disconnect after five minutes without an event; they do not count comments.
  heartbeat: toNamedEvent(JSON.stringify({ type: 'ping' })),
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toNamedEvent,
  end: (failure) => (failure === undefined ? [] : [JSON.stringify(toAnthropicError(translate(failure), requestId))]),
})
