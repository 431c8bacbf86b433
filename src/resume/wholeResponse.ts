import type { CancelSignal } from '../contract/cancelSignal.js'
import { apiError } from '../contract/errors.js'
import type { ModelResponse, ResponseStreamEvent } from '../contract/types.js'
import { toResponseError } from '../responses/answer/response.js'
import { notFoundIfIncomplete, type StoredStream } from './resumeStore.js'

/**
 * Reads a streamed response as one object: the final response of a finished stream, the initial one
 * of a running stream, one with status `failed` of an interrupted stream.
 *
 * @throws 404 if events of a finished stream are missing
 */
export async function readWholeResponse(stream: StoredStream, signal: CancelSignal): Promise<ModelResponse | undefined> {
  let found: ModelResponse | undefined
  const isInterrupted = stream.end()?.ending === 'interrupted'
  for await (const { data } of notFoundIfIncomplete(stream.read(0, signal), 'response_not_found')) {
    for (const text of data) {
      // The cast is safe: a stored stream of the Responses API contains only ResponseStreamEvents.
      const event = JSON.parse(text) as ResponseStreamEvent
      if ('response' in event) found = event.response
    }
    if (isInterrupted || stream.end() === undefined) break
  }
  return isInterrupted && found !== undefined
    ? { ...found, status: 'failed', error: toResponseError(apiError('stream_interrupted')) }
    : found
}
