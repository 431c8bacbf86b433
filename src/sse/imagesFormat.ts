import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { ImageStreamEvent } from '../contract/types.js'
import { toNamedEvent } from './encode.js'

/** The events of a stream of images, named by their type; a failed stream ends with `error`. */
export const IMAGES_FORMAT: EventFormat<ImageStreamEvent> = {
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toNamedEvent,
  end: (failure) =>
    failure === undefined ? [] : [JSON.stringify({ type: 'error', ...toErrorResponse(failure) } satisfies ImageStreamEvent)],
}
