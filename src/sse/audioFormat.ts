import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import { toSseEvent } from './encode.js'

/** Format of speech and transcription streams: unnamed events; after a failure, an error event. */
export const AUDIO_FORMAT: EventFormat<object> = {
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toSseEvent,
  toEndData: (failure) => (failure === undefined ? [] : [JSON.stringify(toErrorResponse(failure))]),
}
