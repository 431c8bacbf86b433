import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import {
  type Check,
  isAbsent,
  isOptionalCount,
  isOptionalIndex,
  isOptionalList,
  isOptionalObject,
  isOptionalText,
  isShallow,
} from '../../answer/checks.js'
import type { GenerateContentResponse, UsageMetadata } from '../wire/types.js'

// Accepts strings for Infinity and NaN: Google sends these as strings, as JSON has no such numbers.
const isOptionalLogprob: Check = (value) =>
  isAbsent(value) || typeof value === 'number' || value === '-Infinity' || value === 'NaN' || value === 'Infinity'
const isNativeCall: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isOptionalText(value.id) && isOptionalText(value.name) && isOptionalObject(value.args))
const isBlob: Check = (value) =>
  isAbsent(value) || (isRecord(value) && typeof value.mimeType === 'string' && typeof value.data === 'string')
const isServerCall: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isOptionalText(value.toolType) && isOptionalText(value.id) && isOptionalObject(value.args))
const isFunctionResult: Check = (value) => isAbsent(value) || (isRecord(value) && isOptionalText(value.name))
const isWord: Check = (value) =>
  isRecord(value) && isOptionalText(value.word) && isOptionalText(value.startOffset) && isOptionalText(value.endOffset)
const isTranscription: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) &&
    isOptionalText(value.text) &&
    isOptionalText(value.languageCode) &&
    isOptionalText(value.speakerLabel) &&
    isOptionalList(value.words, isWord))
// Rejects deep nesting in metadata that clients get: JSON.stringify would overflow the stack.
const isOptionalReport: Check = (value) => isOptionalObject(value) && isShallow(value)
const isPart: Check = (value) =>
  isRecord(value) &&
  isShallow(value) &&
  isOptionalText(value.text) &&
  isOptionalText(value.thoughtSignature) &&
  isNativeCall(value.functionCall) &&
  isBlob(value.inlineData) &&
  isOptionalObject(value.executableCode) &&
  isOptionalObject(value.codeExecutionResult) &&
  isServerCall(value.toolCall) &&
  isOptionalObject(value.toolResponse) &&
  isTranscription(value.audioTranscription) &&
  isFunctionResult(value.functionResponse)
const isToken: Check = (value) => isRecord(value) && isOptionalText(value.token) && isOptionalLogprob(value.logProbability)
const isTopTokens: Check = (value) => isRecord(value) && isOptionalList(value.candidates, isToken)
const isLogprobs: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) && isOptionalList(value.chosenCandidates, isToken) && isOptionalList(value.topCandidates, isTopTokens))
const isContent: Check = (value) => isAbsent(value) || (isRecord(value) && isOptionalList(value.parts, isPart))
const isCandidate: Check = (value) =>
  isRecord(value) &&
  isOptionalIndex(value.index) &&
  isOptionalText(value.finishReason) &&
  isOptionalText(value.finishMessage) &&
  isOptionalText(value.continuationToken) &&
  isContent(value.content) &&
  isOptionalReport(value.groundingMetadata) &&
  isOptionalReport(value.urlContextMetadata) &&
  isOptionalReport(value.citationMetadata) &&
  isShallow(value.safetyRatings) &&
  isLogprobs(value.logprobsResult)
const isFeedback: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isOptionalText(value.blockReason) && isOptionalText(value.blockReasonMessage) && isShallow(value))
const isModality: Check = (value) => isRecord(value) && isOptionalText(value.modality) && isOptionalCount(value.tokenCount)
/** True for a `usageMetadata` with valid members, and for an absent one. */
export const isUsageMetadata = (value: unknown): value is UsageMetadata | null | undefined =>
  isAbsent(value) ||
  (isRecord(value) &&
    isOptionalCount(value.promptTokenCount) &&
    isOptionalCount(value.cachedContentTokenCount) &&
    isOptionalCount(value.candidatesTokenCount) &&
    isOptionalCount(value.thoughtsTokenCount) &&
    isOptionalCount(value.toolUsePromptTokenCount) &&
    isOptionalCount(value.totalTokenCount) &&
    isOptionalText(value.serviceTier) &&
    isOptionalList(value.promptTokensDetails, isModality) &&
    isOptionalList(value.candidatesTokensDetails, isModality))
const isResponse: Check = (value) =>
  isRecord(value) &&
  isOptionalText(value.modelVersion) &&
  isFeedback(value.promptFeedback) &&
  isUsageMetadata(value.usageMetadata) &&
  isOptionalList(value.candidates, isCandidate)

/** Checks that a value is a `generateContent` response, and returns it. @throws 502 otherwise */
export function checkResponse(value: unknown): GenerateContentResponse {
  if (!isResponse(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // The cast is safe: `isResponse` has checked the type of every member that the decoder reads.
  return value as GenerateContentResponse
}
