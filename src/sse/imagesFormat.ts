import { toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { ImageStreamEvent } from '../contract/types.js'
import { toNamedSseEvent } from './encode.js'

/** SSE format of image streams: events are named after their type; `error` ends a failed stream. */
export const IMAGES_FORMAT: EventFormat<ImageStreamEvent> = {
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toNamedSseEvent,
  toEndData: (failure) =>
    failure === undefined ? [] : [JSON.stringify({ type: 'error', ...toErrorResponse(failure) } satisfies ImageStreamEvent)],
}
