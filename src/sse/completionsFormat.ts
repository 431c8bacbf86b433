import type { ApiError } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { Completion } from '../contract/types.js'
import { CHAT_FORMAT } from './chatFormat.js'
import { toEvent } from './encode.js'

/**
 * Makes the events of the legacy Completions API: chunks, then `[DONE]` or an error.
 *
 * @param toClient - says a failure in the terms of the client's request
 */
export const makeCompletionsFormat = (toClient: (failure: ApiError) => ApiError): EventFormat<Completion> => ({
  newSerialiser: () => ({ toData: (chunk) => JSON.stringify(chunk) }),
  frame: toEvent,
  end: (failure, next) => CHAT_FORMAT.end(failure && toClient(failure), next),
})
