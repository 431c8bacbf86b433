import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import { toEvent } from './encode.js'

/** The events of speech and of transcriptions, without names; a failed stream ends in an error. */
export const AUDIO_FORMAT: EventFormat<object> = {
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toEvent,
  end: (failure) => (failure === undefined ? [] : [JSON.stringify(toErrorResponse(failure))]),
}
