import type { AnthropicMessage, ChatCompletion, ChatCompletionChunk, MessageStreamEvent } from '../../contract/types.js'
import { toDelta } from '../../responses/answer/toDelta.js'
import { toEvents } from '../../responses/answer/toEvents.js'
import type { MessageBuilder } from './messageAnswer.js'

/** Converts batches of chat chunks to batches of message events. @throws errors of `chunks` */
export const toMessageEvents = (
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: MessageBuilder,
): AsyncGenerator<readonly MessageStreamEvent[]> => toEvents(chunks, answer, () => answer.begin())

/** Converts a whole chat completion to a message, as if it were a stream of one chunk. */
export function toWholeMessage(completion: ChatCompletion, answer: MessageBuilder): AnthropicMessage {
  const [choice] = completion.choices
  if (choice !== undefined) answer.add(toDelta(choice.message))
  answer.finish(choice?.finish_reason ?? 'stop', completion.usage)
  return answer.message()
}
