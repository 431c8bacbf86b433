import type { ApiError } from '../../contract/errors.js'
import type { ChatCompletion, ChatCompletionChunk, ModelResponse, ResponseStreamEvent } from '../../contract/types.js'
import type { Answer } from './answer.js'
import type { Head } from './response.js'
import { toDelta } from './toDelta.js'
import { toEvents } from './toEvents.js'

/** What is known of a response before the chat has begun. */
export type HeadParts = Omit<Head, 'created'>

/** Converts chunks to events, batch by batch. @throws what `chunks` throws; then call `fail` */
export const toResponseEvents = (
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: Answer,
  head: HeadParts,
): AsyncGenerator<readonly ResponseStreamEvent[]> => toEvents(chunks, answer, ({ created }) => answer.begin({ ...head, created }))

/** Ends a response with a failure. @param head - begins it if necessary @returns its last events */
export function failResponse(answer: Answer, failure: ApiError, head: Head): readonly ResponseStreamEvent[] {
  if (answer.response().id === '') answer.begin(head)
  answer.fail(failure)
  return answer.take()
}

/** Converts a chat completion to a response, as if it were a stream of one chunk. */
export async function toModelResponse(completion: ChatCompletion, answer: Answer, head: HeadParts): Promise<ModelResponse> {
  answer.begin({ ...head, created: completion.created })
  const [choice] = completion.choices
  if (choice !== undefined) answer.add(toDelta(choice.message))
  await answer.finish(choice?.finish_reason ?? 'stop', completion.usage, completion.service_tier)
  return answer.response()
}
