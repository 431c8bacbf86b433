import type { AnswerDecoder, RawAnswer, RawChoice } from '../../answer/rawAnswer.js'
import type { RawUsage } from '../../answer/usage.js'
import { withoutPrefix } from '../../models/names.js'
import type { Candidate, GenerateContentResponse } from '../types.js'
import { checkResponse } from './checkResponse.js'
import { toLogprobs } from './logprobs.js'
import { joinPieces, toPieces } from './pieces.js'
import { TurnParts } from './turnParts.js'
import { toRawUsage } from './usage.js'

/** Reads the answer of Gemini's own API, whole or event by event. */
export class NativeDecoder implements AnswerDecoder {
  // The end of the body ends a stream.
  readonly endMarker = undefined
  readonly #turn: TurnParts | undefined

  /** @param isReplayed - true where a later request may have to repeat all parts of the answer */
  constructor(isReplayed = false) {
    this.#turn = isReplayed ? new TurnParts() : undefined
  }

  decode(value: unknown): RawAnswer {
    return this.#toAnswer(checkResponse(value), (candidate) => [toWholeChoice(candidate)])
  }

  decodeEvent(value: unknown): RawAnswer {
    return this.#toAnswer(checkResponse(value), toChoices)
  }

  /** Each event has the counts of the whole answer so far, and may correct earlier ones. */
  mergeUsage(_: RawUsage, later: RawUsage): RawUsage {
    return later
  }

  replayParts(): readonly object[] | undefined {
    return this.#turn?.replayParts()
  }

  #toAnswer(response: GenerateContentResponse, toChoices: (candidate: Candidate) => RawChoice[]): RawAnswer {
    const { candidates, usageMetadata: usage, modelVersion: model } = response
    this.#turn?.add(candidates?.[0]?.content?.parts ?? [])
    return {
      choices: [...(candidates ?? []).flatMap(toChoices), ...toBlock(response)],
      ...(usage ? { usage: toRawUsage(usage) } : {}),
      ...(model ? { model: withoutPrefix(model) } : {}),
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
