import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { Usage } from '../../../contract/types.js'
import { hasCounts, toUsage } from '../../answer/usage.js'
import { toGeminiError } from '../../failures/geminiError.js'
import { type FailureContext, toApiError } from '../../failures/rules.js'
import { toRawUsage } from '../answer/usage.js'
import type { UsageMetadata } from '../wire/types.js'

/** What is read of an answer that is passed on. */
export interface EventFacts {
  /** Token counts, where there are any. */
  readonly usage?: Usage | undefined
  /** The model that has answered, as reported by Google. */
  readonly model?: string | undefined
  /** True where a candidate is complete, or there is none because the prompt is blocked. */
  readonly isFinished: boolean
  /** True where a candidate calls a function. */
  readonly hasCall: boolean
}

/**
 * Reads a whole answer, or one event of a stream.
 *
 * @throws an ApiError for an error of Gemini, and for what is not JSON
 */
export function readFacts(json: string, failure: FailureContext): EventFacts {
  const value = parse(json)
  const error = toGeminiError(value)
  if (error !== undefined) throw toApiError(error, failure)
  if (!isRecord(value)) throw invalidAnswer()
  const { usageMetadata, modelVersion, candidates, promptFeedback } = value
  // Its members are counts, or the numbers say nothing.
  const usage = isRecord(usageMetadata) ? toRawUsage(usageMetadata as UsageMetadata) : {}
  const listed: readonly unknown[] = Array.isArray(candidates) ? candidates : []
  return {
    usage: hasCounts(usage) ? toUsage(usage) : undefined,
    model: typeof modelVersion === 'string' ? modelVersion : undefined,
    isFinished: promptFeedback !== undefined || listed.some(isFinished),
    hasCall: listed.some(callsFunction),
  }
}

const isFinished = (candidate: unknown): boolean => isRecord(candidate) && candidate.finishReason !== undefined

function callsFunction(candidate: unknown): boolean {
  const content = isRecord(candidate) ? candidate.content : undefined
  return (
    isRecord(content) && Array.isArray(content.parts) && content.parts.some((part) => isRecord(part) && part.functionCall !== undefined)
  )
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw invalidAnswer(cause)
  }
}

const invalidAnswer = (cause?: unknown) => apiError('upstream_error', 'Gemini sent an invalid answer. Retry the request.', { cause })
