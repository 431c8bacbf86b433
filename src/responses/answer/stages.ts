import type { ApiError } from '../../contract/errors.js'
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatMessage,
  ChunkDelta,
  FinishReason,
  ModelResponse,
  ResponseStreamEvent,
  ToolCall,
  ToolCallDelta,
  Usage,
} from '../../contract/types.js'
import type { Answer } from './answer.js'
import type { Head } from './response.js'

/** What is known of a response before the chat has begun. */
export type HeadParts = Omit<Head, 'created'>

/**
 * Converts the chunks of a chat to events of the Responses API, batch by batch.
 *
 * @throws what `chunks` throws; the last event is then up to {@link Answer.fail}
 */
export async function* toResponseEvents(
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: Answer,
  head: HeadParts,
): AsyncGenerator<readonly ResponseStreamEvent[]> {
  let hasBegun = false
  let usage: Usage | undefined
  let reason: FinishReason = 'stop'
  for await (const batch of chunks) {
    for (const chunk of batch) {
      if (!hasBegun) answer.begin({ ...head, created: chunk.created })
      hasBegun = true
      usage = chunk.usage ?? usage
      const [choice] = chunk.choices
      if (choice === undefined) continue
      answer.add(choice.delta)
      reason = choice.finish_reason ?? reason
    }
    const events = answer.take()
    if (events.length > 0) yield events
  }
  await answer.finish(reason, usage)
  yield answer.take()
}

/** Ends a response by a failure. @param head - used where it has not begun @returns the events that say so */
export function failResponse(answer: Answer, failure: ApiError, head: Head): readonly ResponseStreamEvent[] {
  if (answer.response().id === '') answer.begin(head)
  answer.fail(failure)
  return answer.take()
}

/** Converts a chat completion to a response, as if it were a stream of one chunk. */
export async function toModelResponse(
  { created, choices, usage }: ChatCompletion,
  answer: Answer,
  head: HeadParts,
): Promise<ModelResponse> {
  answer.begin({ ...head, created })
  const [choice] = choices
  if (choice !== undefined) answer.add(toWholeDelta(choice.message))
  await answer.finish(choice?.finish_reason ?? 'stop', usage)
  return answer.response()
}

const toWholeDelta = ({ content, refusal, reasoning_content, extra_content, tool_calls }: ChatMessage): ChunkDelta => ({
  ...(content ? { content } : {}),
  ...(refusal ? { refusal } : {}),
  ...(reasoning_content ? { reasoning_content } : {}),
  ...(extra_content ? { extra_content } : {}),
  tool_calls: (tool_calls ?? []).flatMap((call, index) => (call.type === 'function' ? [toWholeCallDelta(call, index)] : [])),
})

type FunctionCall = Extract<ToolCall, { type: 'function' }>

const toWholeCallDelta = ({ extra_content: extra, ...call }: FunctionCall, index: number): ToolCallDelta => ({
  ...call,
  index,
  ...(extra ? { extra_content: extra } : {}),
})
