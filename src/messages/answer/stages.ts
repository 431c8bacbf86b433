import type {
  AnthropicMessage,
  ChatCompletion,
  ChatCompletionChunk,
  FinishReason,
  MessageStreamEvent,
  Usage,
} from '../../contract/types.js'
import { toDelta } from '../../responses/answer/toDelta.js'
import type { MessageAnswer } from './messageAnswer.js'

/** Converts chunks to events, batch by batch. @throws what `chunks` throws */
export async function* toMessageEvents(
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: MessageAnswer,
): AsyncGenerator<readonly MessageStreamEvent[]> {
  let hasBegun = false
  let usage: Usage | undefined
  let reason: FinishReason = 'stop'
  for await (const batch of chunks) {
    if (!hasBegun) answer.begin()
    hasBegun = true
    for (const chunk of batch) {
      usage = chunk.usage ?? usage
      const [choice] = chunk.choices
      if (choice === undefined) continue
      answer.add(choice.delta)
      reason = choice.finish_reason ?? reason
    }
    const events = answer.take()
    if (events.length > 0) yield events
  }
  answer.finish(reason, usage)
  yield answer.take()
}

/** Converts a chat completion to a message, as if it were a stream of one chunk. */
export function toWholeMessage(completion: ChatCompletion, answer: MessageAnswer): AnthropicMessage {
  const [choice] = completion.choices
  if (choice !== undefined) answer.add(toDelta(choice.message))
  answer.finish(choice?.finish_reason ?? 'stop', completion.usage)
  return answer.message()
}
