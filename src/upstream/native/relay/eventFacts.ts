import { type ApiError, apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { Usage } from '../../../contract/types.js'
import { hasCounts, toUsage } from '../../answer/usage.js'
import { parseGeminiError, toGeminiError } from '../../failures/geminiError.js'
import { type FailureContext, toApiError } from '../../failures/rules.js'
import { toBlockReason } from '../answer/blockReason.js'
import { isUsageMetadata } from '../answer/checkResponse.js'
import { toRawUsage } from '../answer/usage.js'

/** Data that the proxy reads from one event of an answer that it relays unchanged. */
export interface EventFacts {
  /** Token counts of the answer so far; undefined if this event has none. */
  readonly usage?: Usage | undefined
  /** The model that generated the answer, as reported by Google. */
  readonly model?: string | undefined
  /** True if the event ends the whole answer, as when Gemini has blocked the prompt. */
  readonly isFinished: boolean
  /** For each candidate in the event, keyed by its index: true if the event completes it. */
  readonly candidates?: ReadonlyMap<number, boolean>
  /** Ids of resources that the request created. Only the same Gemini API key can use them later. */
  readonly ids?: readonly string[]
  /** True if a candidate of the event calls a function. */
  readonly hasCall?: boolean
}

/** Reads the data of a whole answer or one event. @throws an ApiError if it is an error */
export type FactsReader = (json: string, failure: FailureContext) => EventFacts

/**
 * Reads token counts, model and state of a whole `generateContent` answer, or of one event.
 *
 * @throws an ApiError for an error of Gemini, and for invalid JSON
 */
export function readFacts(json: string, context: FailureContext): EventFacts {
  const value = parseAnswer(json, context)
  const error = toGeminiError(value)
  if (error !== undefined) throw toApiError(error, context)
  if (!isRecord(value)) throw invalidAnswer()
  const { modelVersion, candidates, promptFeedback } = value
  const usageMetadata = withModalityNames(value.usageMetadata)
  const usage = usageMetadata && isUsageMetadata(usageMetadata) ? toRawUsage(usageMetadata) : {}
  const listed = Array.isArray(candidates) ? candidates.filter(isRecord) : []
  return {
    usage: hasCounts(usage) ? toUsage(usage) : undefined,
    model: typeof modelVersion === 'string' ? modelVersion : undefined,
    isFinished: isRecord(promptFeedback) && isBlockReason(promptFeedback.blockReason),
    candidates: new Map(listed.map(({ index, finishReason }) => [typeof index === 'number' ? index : 0, isFinishReason(finishReason)])),
    hasCall: listed.some(callsFunction),
  }
}

/** Names of Google's modalities, by the numbers of its enumeration. */
const MODALITIES = ['MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT'] as const

/**
 * Replaces numbers of modalities by names: Google sends numbers for `$alt=json;enum-encoding=int`.
 * Omits the service tier, which could be a number as well and is not needed.
 */
function withModalityNames(usage: unknown): unknown {
  if (!isRecord(usage)) return usage
  const toNamed = (count: unknown): unknown =>
    isRecord(count) && typeof count.modality === 'number' ? { ...count, modality: MODALITIES[count.modality] } : count
  const named = (counts: unknown): unknown => (Array.isArray(counts) ? counts.map(toNamed) : counts)
  const { serviceTier: _, promptTokensDetails, candidatesTokensDetails, ...counts } = usage
  return { ...counts, promptTokensDetails: named(promptTokensDetails), candidatesTokensDetails: named(candidatesTokensDetails) }
}

// With `$alt=json;enum-encoding=int`, Google sends reasons as numbers, where 0 means unspecified.
const isReasonNumber = (reason: unknown): boolean => typeof reason === 'number' && reason > 0
const isFinishReason = (reason: unknown): boolean => typeof reason === 'string' || isReasonNumber(reason)
const isBlockReason = (reason: unknown): boolean => toBlockReason(reason) !== undefined || isReasonNumber(reason)

const callsFunction = ({ content }: Readonly<Record<string, unknown>>): boolean =>
  isRecord(content) && Array.isArray(content.parts) && content.parts.some((part) => isRecord(part) && part.functionCall !== undefined)

/** Parses an answer. @throws for invalid JSON: Gemini's error if it begins with one, else 502 */
export function parseAnswer(json: string, context: FailureContext): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const error = parseGeminiError(json)
    throw error === undefined ? invalidAnswer(cause) : toApiError(error, context)
  }
}

/** Makes the 502 error for an answer that is not valid JSON or has an invalid structure. */
export const invalidAnswer = (cause?: unknown): ApiError =>
  apiError('upstream_error', 'Gemini sent an invalid answer. Retry the request.', { cause })
