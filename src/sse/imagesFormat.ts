import { type ApiError, toErrorResponse } from '../contract/errors.js'
import type { EventFormat } from '../contract/eventFormat.js'
import type { ImageStreamEvent } from '../contract/types.js'
import { toNamedEvent } from './encode.js'

/**
 * Makes the format of a stream of images: named events; an `error` event ends one that broke.
 *
 * @param translate - says a failure in the words of the API
 */
export const makeImagesFormat = (translate: (failure: ApiError) => ApiError): EventFormat<ImageStreamEvent> => ({
  newSerialiser: () => ({ toData: (event) => JSON.stringify(event) }),
  frame: toNamedEvent,
  end: (failure) =>
    failure === undefined ? [] : [JSON.stringify({ type: 'error', ...toErrorResponse(translate(failure)) } satisfies ImageStreamEvent)],
})
