import { type ApiError, apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { Usage } from '../../../contract/types.js'
import { hasCounts, toUsage } from '../../answer/usage.js'
import { parseGeminiError, toGeminiError } from '../../failures/geminiError.js'
import { type FailureContext, toApiError } from '../../failures/rules.js'
import { toBlockReason } from '../answer/blockReason.js'
import { isUsageMetadata } from '../answer/checkResponse.js'
import { toRawUsage } from '../answer/usage.js'

/** What is read of an answer that is passed on. */
export interface EventFacts {
  /** Token counts, where there are any. */
  readonly usage?: Usage | undefined
  /** The model that has answered, as reported by Google. */
  readonly model?: string | undefined
  /** True where the answer is complete by itself, such as that to a prompt that is blocked. */
  readonly isFinished: boolean
  /** Whether each candidate of the event is complete, by its index. */
  readonly candidates?: ReadonlyMap<number, boolean>
  /** The ids of what the answer has made at Google, under which its key is remembered. */
  readonly ids?: readonly string[]
  /** True where a candidate calls a function. */
  readonly hasCall?: boolean
}

/** Reads what is known of an answer. @throws an ApiError for an error of Gemini */
export type ReadFacts = (json: string, failure: FailureContext) => EventFacts

/**
 * Reads a whole answer, or one event of a stream.
 *
 * @throws an ApiError for an error of Gemini, and for what is not JSON
 */
export function readFacts(json: string, failure: FailureContext): EventFacts {
  const value = parseAnswer(json, failure)
  const error = toGeminiError(value)
  if (error !== undefined) throw toApiError(error, failure)
  if (!isRecord(value)) throw invalidAnswer()
  const { usageMetadata, modelVersion, candidates, promptFeedback } = value
  const usage = usageMetadata && isUsageMetadata(usageMetadata) ? toRawUsage(usageMetadata) : {}
  const listed = Array.isArray(candidates) ? candidates.filter(isRecord) : []
  return {
    usage: hasCounts(usage) ? toUsage(usage) : undefined,
    model: typeof modelVersion === 'string' ? modelVersion : undefined,
    isFinished: isRecord(promptFeedback) && toBlockReason(promptFeedback.blockReason) !== undefined,
    candidates: new Map(listed.map(({ index, finishReason }) => [typeof index === 'number' ? index : 0, typeof finishReason === 'string'])),
    hasCall: listed.some(callsFunction),
  }
}

const callsFunction = ({ content }: Readonly<Record<string, unknown>>): boolean =>
  isRecord(content) && Array.isArray(content.parts) && content.parts.some((part) => isRecord(part) && part.functionCall !== undefined)

/** Parses an answer. @throws an ApiError for what is not JSON, or begins with an error of Gemini */
export function parseAnswer(json: string, failure: FailureContext): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const error = parseGeminiError(json)
    throw error === undefined ? invalidAnswer(cause) : toApiError(error, failure)
  }
}

/** The failure of an answer that Gemini would not send. */
export const invalidAnswer = (cause?: unknown): ApiError =>
  apiError('upstream_error', 'Gemini sent an invalid answer. Retry the request.', { cause })
