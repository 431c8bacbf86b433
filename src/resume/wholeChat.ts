import { apiError } from '../contract/errors.js'
import type { EventBatch } from '../contract/eventFormat.js'
import type { OperationContext } from '../contract/operation.js'
import type { ChatChoice, ChatCompletion, ChatCompletionChunk, ChunkDelta, ToolCall, ToolCallDelta } from '../contract/types.js'
import { DONE } from '../sse/chatFormat.js'
import type { ResumableStreams } from './resume.js'
import { notFoundIfIncomplete } from './resumeStore.js'

interface GrowingChoice {
  readonly index: number
  readonly message: ChatChoice['message']
  readonly calls: (ToolCall & { type: 'function' })[]
  finishReason: ChatChoice['finish_reason'] | null
}

/** Reads a stored stream as one completion. @throws 404 unless it has ended without a failure */
export async function readWholeChat(resume: ResumableStreams, streamId: string, context: OperationContext): Promise<ChatCompletion> {
  const stream = await resume.find(streamId, context)
  const end = stream.end()
  if (end?.ending !== 'whole')
    throw apiError('stream_not_found', 'This completion is not finished yet. Read it as a stream with `?stream=true`.')
  context.requestLog.resumed = true
  const completion = await joinChunks(notFoundIfIncomplete(stream.read(0, context.signal), 'stream_not_found'))
  return end.usage === undefined ? completion : { ...completion, usage: end.usage }
}

/** Joins all chunks of a stream, which has ended without a failure, to one completion. */
async function joinChunks(batches: AsyncIterable<EventBatch>): Promise<ChatCompletion> {
  const choices = new Map<number, GrowingChoice>()
  let head: ChatCompletionChunk | undefined
  for await (const { data } of batches) {
    for (const text of data) {
      if (text === DONE) continue
      // Besides `[DONE]`, a stream that has ended without a failure contains only chunks.
      const chunk = JSON.parse(text) as ChatCompletionChunk
      head ??= chunk
      for (const { index, delta, finish_reason: finishReason } of chunk.choices) {
        const choice = choices.get(index) ?? newChoice(index)
        choices.set(index, choice)
        if (finishReason !== null) choice.finishReason = finishReason
        appendDelta(choice, delta)
      }
    }
  }
  return {
    id: head?.id ?? '',
    object: 'chat.completion',
    created: head?.created ?? 0,
    model: head?.model ?? '',
    choices: [...choices.values()].sort((one, other) => one.index - other.index).map(toWholeChoice),
  }
}

const newChoice = (index: number): GrowingChoice => {
  return { index, message: { role: 'assistant', content: '', refusal: null }, calls: [], finishReason: null }
}

function appendDelta(
  { message, calls }: GrowingChoice,
  { role: _role, content, refusal, reasoning_content: thought, tool_calls, ...rest }: ChunkDelta,
): void {
  if (content) message.content = (message.content ?? '') + content
  if (refusal) message.refusal = (message.refusal ?? '') + refusal
  if (thought) message.reasoning_content = (message.reasoning_content ?? '') + thought
  for (const call of tool_calls ?? []) appendToolCallDelta(calls, call)
  const { function_call: called, ...extensions } = rest
  if (called !== undefined) {
    message.function_call = {
      name: called.name ?? message.function_call?.name ?? '',
      arguments: (message.function_call?.arguments ?? '') + (called.arguments ?? ''),
    }
  }
  Object.assign(message, extensions)
}

function appendToolCallDelta(calls: GrowingChoice['calls'], { index, id, function: called, extra_content: extra }: ToolCallDelta): void {
  const call = calls[index] ?? { id: '', type: 'function', function: { name: '', arguments: '' } }
  calls[index] = {
    ...call,
    id: id ?? call.id,
    function: { name: called?.name ?? call.function.name, arguments: call.function.arguments + (called?.arguments ?? '') },
    ...(extra === undefined ? {} : { extra_content: extra }),
  }
}

function toWholeChoice({ index, message, calls, finishReason }: GrowingChoice): ChatChoice {
  const hasNoText = calls.length > 0 || message.function_call !== undefined || finishReason === 'content_filter'
  return {
    index,
    message: {
      ...message,
      content: message.content || (hasNoText ? null : ''),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    logprobs: null,
    // Each choice of a stream that has ended without a failure has a finish reason.
    finish_reason: finishReason ?? 'stop',
  }
}
