import type { ChatCompletionChunk, ChunkDelta, FinishReason, ServedTier, Usage } from '../../contract/types.js'

/** Converts the deltas of one chat answer, as they arrive, to the events of another API. */
export interface AnswerConverter<Event> {
  /** Converts one chat delta to events, which `take` returns. */
  add(delta: ChunkDelta): void
  /** Ends the answer. `usage` and the service tier are undefined if Gemini reported none. */
  finish(reason: FinishReason, usage: Usage | undefined, tier: ServedTier | undefined): void | Promise<void>
  /** Returns the events made since the previous call of `take`. */
  take(): readonly Event[]
}

/**
 * Converts batches of chat chunks to batches of events, and ends the answer after the last chunk.
 *
 * @param begin - called with the first chunk, before its delta is converted
 * @throws the errors of `chunks`
 */
export async function* toEvents<Event>(
  chunks: AsyncIterable<readonly ChatCompletionChunk[]>,
  answer: AnswerConverter<Event>,
  begin: (first: ChatCompletionChunk) => void,
): AsyncGenerator<readonly Event[]> {
  let hasBegun = false
  let usage: Usage | undefined
  let tier: ServedTier | undefined
  let reason: FinishReason = 'stop'
  for await (const batch of chunks) {
    for (const chunk of batch) {
      if (!hasBegun) begin(chunk)
      hasBegun = true
      usage = chunk.usage ?? usage
      tier = chunk.service_tier === undefined ? tier : chunk.service_tier
      const [choice] = chunk.choices
      if (choice === undefined) continue
      answer.add(choice.delta)
      reason = choice.finish_reason ?? reason
    }
    const events = answer.take()
    if (events.length > 0) yield events
  }
  await answer.finish(reason, usage, tier)
  yield answer.take()
}
