import { apiError } from '../contract/errors.js'
import type { EventBatch } from '../contract/eventFormat.js'
import type { OperationContext } from '../contract/operation.js'
import type { ChatChoice, ChatCompletion, ChatCompletionChunk, ChunkDelta, Logprobs, ToolCall, ToolCallDelta } from '../contract/types.js'
import { DONE } from '../sse/chatFormat.js'
import { addExtensions } from '../upstream/answer/choice.js'
import { joinLogprobs } from '../upstream/answer/choiceStream.js'
import { joinDeltas } from '../upstream/answer/joinDeltas.js'
import type { ResumableStreams } from './resume.js'
import { notFoundIfIncomplete } from './resumeStore.js'

interface GrowingChoice {
  readonly index: number
  readonly deltas: ChunkDelta[]
  readonly logprobs: Logprobs[]
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
  let last: ChatCompletionChunk | undefined
  for await (const { data } of batches) {
    for (const text of data) {
      if (text === DONE) continue
      // Besides `[DONE]`, a stream that has ended without a failure contains only chunks.
      const chunk = JSON.parse(text) as ChatCompletionChunk
      last = chunk
      for (const { index, delta, logprobs, finish_reason: finishReason } of chunk.choices) {
        const choice = choices.get(index) ?? { index, deltas: [], logprobs: [], finishReason: null }
        choices.set(index, choice)
        choice.deltas.push(delta)
        if (logprobs) choice.logprobs.push(logprobs)
        if (finishReason !== null) choice.finishReason = finishReason
      }
    }
  }
  return {
    id: last?.id ?? '',
    object: 'chat.completion',
    created: last?.created ?? 0,
    model: last?.model ?? '',
    choices: [...choices.values()].sort((one, other) => one.index - other.index).map(toWholeChoice),
    // Gemini may report the service tier after the first chunks, so that of the last chunk counts.
    ...(last?.service_tier === undefined ? {} : { service_tier: last.service_tier }),
  }
}

function toWholeChoice({ index, deltas, logprobs, finishReason }: GrowingChoice): ChatChoice {
  const joined = joinDeltas(deltas)
  const calls = joinToolCalls(deltas.flatMap((delta) => delta.tool_calls ?? []))
  const called = joinFunctionCall(deltas)
  const hasNoText = calls.length > 0 || called !== undefined || finishReason === 'content_filter'
  const message: ChatChoice['message'] = {
    role: 'assistant',
    content: joined.content || (hasNoText ? null : ''),
    refusal: joined.refusal ?? null,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(called === undefined ? {} : { function_call: called }),
  }
  addExtensions(message, joined)
  // `stop` is never used: each choice of a stream that ended without a failure has a finish reason.
  return { index, message, logprobs: joinLogprobs(logprobs) ?? null, finish_reason: finishReason ?? 'stop' }
}

function joinToolCalls(fragments: readonly ToolCallDelta[]): ToolCall[] {
  const calls: (ToolCall & { type: 'function' })[] = []
  for (const { index, id, function: called, extra_content: extra } of fragments) {
    const call = calls[index] ?? { id: '', type: 'function', function: { name: '', arguments: '' } }
    calls[index] = {
      ...call,
      id: id ?? call.id,
      function: { name: called?.name ?? call.function.name, arguments: call.function.arguments + (called?.arguments ?? '') },
      ...(extra === undefined ? {} : { extra_content: extra }),
    }
  }
  return calls
}

function joinFunctionCall(deltas: readonly ChunkDelta[]): ChatChoice['message']['function_call'] {
  let joined: ChatChoice['message']['function_call']
  for (const { function_call: called } of deltas) {
    if (called === undefined) continue
    joined = { name: called.name ?? joined?.name ?? '', arguments: (joined?.arguments ?? '') + (called.arguments ?? '') }
  }
  return joined
}
