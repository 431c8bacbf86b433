import type { AnswerDecoder, Continuation, RawAnswer, RawChoice } from '../../answer/rawAnswer.js'
import type { RawMessage } from '../../answer/repairs/context.js'
import type { RawUsage } from '../../answer/usage.js'
import { withoutPrefix } from '../../models/names.js'
import type { Candidate, GenerateContentResponse } from '../types.js'
import { checkResponse } from './checkResponse.js'
import { toLogprobs } from './logprobs.js'
import { joinPieces, toPieces } from './pieces.js'
import { toRawUsage } from './usage.js'

/** Reads the answer of Gemini's own API, whole or event by event. */
export class NativeDecoder implements AnswerDecoder {
  // The end of the body ends a stream.
  readonly endMarker = undefined

  decode(value: unknown): RawAnswer {
    return this.#toAnswer(checkResponse(value), (candidate) => [toWholeChoice(candidate)])
  }

  decodeEvent(value: unknown): RawAnswer {
    return this.#toAnswer(checkResponse(value), toChoices)
  }

  beginHop(): void {
    // Nothing is kept between events.
  }

  joinDeltas(deltas: readonly RawMessage[]): RawMessage {
    return joinPieces(deltas)
  }

  /** Each event has the counts of the whole answer so far, and may correct earlier ones. */
  mergeUsage(_: RawUsage, later: RawUsage): RawUsage {
    return later
  }

  replayParts(): readonly object[] | undefined {
    return undefined
  }

  #toAnswer(response: GenerateContentResponse, toChoices: (candidate: Candidate) => RawChoice[]): RawAnswer {
    const { candidates, usageMetadata: usage, modelVersion: model } = response
    const continuation = toContinuation(candidates?.[0])
    return {
      choices: [...(candidates ?? []).flatMap(toChoices), ...toBlock(response)],
      ...(usage ? { usage: toRawUsage(usage) } : {}),
      ...(model ? { model: withoutPrefix(model) } : {}),
      ...(continuation === undefined ? {} : { continuation }),
    }
  }
}

/** The end of an answer that was not begun, because Gemini has refused the prompt. */
function toBlock({ promptFeedback: feedback }: GenerateContentResponse): RawChoice[] {
  const reason = feedback?.blockReason
  // Two spellings of no block at all.
  if (!reason || /^BLOCK(?:ED)?_REASON_UNSPECIFIED$/.test(reason)) return []
  return [{ index: 0, delta: {}, finish_reason: `content_filter:prompt blocked by ${reason}` }]
}

/** A token beside any other finish reason is of no use: the answer has ended. */
function toContinuation({ finishReason, continuationToken: token }: Candidate = {}): Continuation | undefined {
  if (finishReason === 'CONTINUATION') return { token, isEnd: true }
  return token && !finishReason ? { token, isEnd: false } : undefined
}

function toChoices(candidate: Candidate): RawChoice[] {
  const { index = 0 } = candidate
  const pieces = toPieces(candidate)
  const last = pieces.pop() ?? {}
  return [...pieces.map((delta): RawChoice => ({ index, delta })), { index, delta: last, ...toEnd(candidate) }]
}

function toWholeChoice(candidate: Candidate): RawChoice {
  return { index: candidate.index ?? 0, message: joinPieces(toPieces(candidate)), ...toEnd(candidate) }
}

function toEnd({ finishReason, logprobsResult }: Candidate): Pick<RawChoice, 'finish_reason' | 'logprobs'> {
  return {
    ...(finishReason ? { finish_reason: finishReason } : {}),
    ...(logprobsResult ? { logprobs: toLogprobs(logprobsResult) } : {}),
  }
}
