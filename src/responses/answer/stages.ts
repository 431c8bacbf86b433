import type { ApiError } from '../../contract/errors.js'
import type { ChatCompletion, ChatCompletionChunk, ModelResponse, ResponseStreamEvent, Usage } from '../../contract/types.js'
import type { Answer, Delta } from './answer.js'
import type { Head } from './response.js'

/** What the head of an answer lacks until the chat's is there. */
export type HeadParts = Omit<Head, 'created'>

/**
 * Tells a chat's stream in the events of the Responses API; what came together goes together.
 *
 * @throws what `chunks` throws: the answer then still lacks its last event, see {@link Answer.fail}
 */
export async function* toResponseEvents(
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: Answer,
  head: HeadParts,
): AsyncGenerator<readonly ResponseStreamEvent[]> {
  let hasBegun = false
  let usage: Usage | undefined
  let reason: NonNullable<ChatCompletionChunk['choices'][number]['finish_reason']> = 'stop'
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

/** Tells a whole answer of a chat in the form of the Responses API: it is a stream of one piece. */
export async function toResponse({ created, choices, usage }: ChatCompletion, answer: Answer, head: HeadParts): Promise<ModelResponse> {
  answer.begin({ ...head, created })
  const [choice] = choices
  if (choice !== undefined) answer.add(toDelta(choice.message))
  await answer.finish(choice?.finish_reason ?? 'stop', usage)
  return answer.response()
}

const toDelta = ({
  content,
  refusal,
  reasoning_content,
  extra_content,
  tool_calls,
}: ChatCompletion['choices'][number]['message']): Delta => ({
  ...(content ? { content } : {}),
  ...(refusal ? { refusal } : {}),
  ...(reasoning_content ? { reasoning_content } : {}),
  ...(extra_content ? { extra_content } : {}),
  ...(tool_calls === undefined
    ? {}
    : { tool_calls: tool_calls.flatMap((call, index) => (call.type === 'function' ? [toCallDelta(call, index)] : [])) }),
})

type WholeCall = Extract<NonNullable<ChatCompletion['choices'][number]['message']['tool_calls']>[number], { type: 'function' }>

const toCallDelta = ({ extra_content: extra, ...call }: WholeCall, index: number): NonNullable<Delta['tool_calls']>[number] => ({
  ...call,
  index,
  ...(extra ? { extra_content: extra } : {}),
})
