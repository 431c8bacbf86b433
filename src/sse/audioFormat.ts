import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import { toEvent } from './encode.js'

/** The events of speech and of transcriptions: unnamed; the last one comes from the converter. */
export const AUDIO_FORMAT: EventFormat<object> = {
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toEvent,
  end: (failure) => (failure === undefined ? [] : [JSON.stringify(toErrorResponse(failure))]),
}
