import type { ApiError } from '../../contract/errors.js'
import type { ChatCompletion, ChatCompletionChunk, ModelResponse, ResponseStreamEvent } from '../../contract/types.js'
import type { ResponseBuilder } from './answer.js'
import type { ResponseHead } from './response.js'
import { toDelta } from './toDelta.js'
import { toEvents } from './toEvents.js'

/** The fields of a response that are known before the first chunk. */
export type ResponseHeadParts = Omit<ResponseHead, 'created'>

/** Converts batches of chat chunks to batches of response events. @throws errors of `chunks` */
export const toResponseEvents = (
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: ResponseBuilder,
  head: ResponseHeadParts,
): AsyncGenerator<readonly ResponseStreamEvent[]> => toEvents(chunks, answer, ({ created }) => answer.begin({ ...head, created }))

/** Ends a response as failed; begins it first if needed. @returns the events still to send */
export function failResponse(answer: ResponseBuilder, failure: ApiError, head: ResponseHead): readonly ResponseStreamEvent[] {
  if (answer.response().id === '') answer.begin(head)
  answer.fail(failure)
  return answer.take()
}

/** Converts a whole chat completion to a response, as if it were a stream of one chunk. */
export async function toModelResponse(
  completion: ChatCompletion,
  answer: ResponseBuilder,
  head: ResponseHeadParts,
): Promise<ModelResponse> {
  answer.begin({ ...head, created: completion.created })
  const [choice] = completion.choices
  if (choice !== undefined) answer.add(toDelta(choice.message))
  await answer.finish(choice?.finish_reason ?? 'stop', completion.usage, completion.service_tier)
  return answer.response()
}
