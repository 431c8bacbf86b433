import type { ChatCompletion, ChatCompletionChunk, Usage } from '../contract/types.js'
import { DONE_DATA, dataOf } from '../sse/encode.js'

type Choice = ChatCompletion['choices'][number]
type Message = Choice['message']
type Delta = ChatCompletionChunk['choices'][number]['delta']
type CallDelta = NonNullable<Delta['tool_calls']>[number]
type ToolCall = NonNullable<Message['tool_calls']>[number]

interface Growing {
  readonly index: number
  readonly message: Message
  readonly calls: (ToolCall & { type: 'function' })[]
  finishReason: Choice['finish_reason'] | null
}

/**
 * Puts a finished answer together from its events.
 *
 * @param pieces - the text of the whole stream
 * @param summary - the usage as JSON, which the stream has only where the client asked for it
 */
export async function toWhole(pieces: AsyncIterable<string>, summary: string): Promise<ChatCompletion> {
  const choices = new Map<number, Growing>()
  let head: ChatCompletionChunk | undefined
  for await (const piece of pieces) {
    for (const data of dataOf(piece)) {
      if (data === DONE_DATA) continue
      // A stream that has ended whole has no events but chunks, which we have written.
      const chunk = JSON.parse(data) as ChatCompletionChunk
      head ??= chunk
      for (const { index, delta, finish_reason: finishReason } of chunk.choices) {
        const choice = choices.get(index) ?? newChoice(index)
        choices.set(index, choice)
        if (finishReason !== null) choice.finishReason = finishReason
        grow(choice, delta)
      }
    }
  }
  const usage = JSON.parse(summary) as Usage | null
  return {
    id: head?.id ?? '',
    object: 'chat.completion',
    created: head?.created ?? 0,
    model: head?.model ?? '',
    choices: [...choices.values()].sort((one, other) => one.index - other.index).map(toChoice),
    ...(usage === null ? {} : { usage }),
  }
}

const newChoice = (index: number): Growing => ({
  index,
  message: { role: 'assistant', content: '', refusal: null },
  calls: [],
  finishReason: null,
})

function grow(
  { message, calls }: Growing,
  { role: _role, content, refusal, reasoning_content: thought, tool_calls, ...rest }: Delta,
): void {
  if (content) message.content = (message.content ?? '') + content
  if (refusal) message.refusal = (message.refusal ?? '') + refusal
  if (thought) message.reasoning_content = (message.reasoning_content ?? '') + thought
  for (const call of tool_calls ?? []) growCall(calls, call)
  const { function_call: called, ...extensions } = rest
  if (called !== undefined) {
    message.function_call = {
      name: called.name ?? message.function_call?.name ?? '',
      arguments: (message.function_call?.arguments ?? '') + (called.arguments ?? ''),
    }
  }
  Object.assign(message, extensions)
}

function growCall(calls: Growing['calls'], { index, id, function: called, extra_content: extra }: CallDelta): void {
  const call = calls[index] ?? { id: '', type: 'function', function: { name: '', arguments: '' } }
  calls[index] = {
    ...call,
    id: id ?? call.id,
    function: { name: called?.name ?? call.function.name, arguments: call.function.arguments + (called?.arguments ?? '') },
    ...(extra === undefined ? {} : { extra_content: extra }),
  }
}

function toChoice({ index, message, calls, finishReason }: Growing): Choice {
  const hasNoText = calls.length > 0 || message.function_call !== undefined || finishReason === 'content_filter'
  return {
    index,
    message: {
      ...message,
      content: message.content || (hasNoText ? null : ''),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    logprobs: null,
    // A stream that has ended whole has told the reason.
    finish_reason: finishReason ?? 'stop',
  }
}
