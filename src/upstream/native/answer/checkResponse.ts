import { apiError } from '../../../contract/errors.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { GenerateContentResponse } from '../wire/types.js'

type Check = (value: unknown) => boolean

// Only the members that are read: Google may add others at any time. Written out, and not made from
// a table of members: these run for each event of a stream.
const isAbsent: Check = (value) => value === undefined || value === null
const isText: Check = (value) => isAbsent(value) || typeof value === 'string'
const isObject: Check = (value) => isAbsent(value) || isRecord(value)
const isCount: Check = (value) => isAbsent(value) || (Number.isInteger(value) && Number(value) >= 0)
// Limited, because an index becomes an array index.
const isIndex: Check = (value) => isCount(value) && Number(value ?? 0) < 1_000
const isListOf = (value: unknown, check: Check): boolean => isAbsent(value) || (Array.isArray(value) && value.every(check))

const isFunctionCall: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isText(value.id) && isText(value.name) && isObject(value.args))
const isBlob: Check = (value) => isAbsent(value) || (isRecord(value) && isText(value.mimeType) && isText(value.data))
const isServerCall: Check = (value) =>
  isAbsent(value) || (isRecord(value) && isText(value.toolType) && isText(value.id) && isObject(value.args))
const isFunctionResult: Check = (value) => isAbsent(value) || (isRecord(value) && isText(value.name))
const isPart: Check = (value) =>
  isRecord(value) &&
  isText(value.text) &&
  isText(value.thoughtSignature) &&
  isFunctionCall(value.functionCall) &&
  isBlob(value.inlineData) &&
  isObject(value.executableCode) &&
  isObject(value.codeExecutionResult) &&
  isServerCall(value.toolCall) &&
  isObject(value.toolResponse) &&
  isFunctionResult(value.functionResponse)
const isContent: Check = (value) => isAbsent(value) || (isRecord(value) && isListOf(value.parts, isPart))
const isCandidate: Check = (value) =>
  isRecord(value) &&
  isIndex(value.index) &&
  isText(value.finishReason) &&
  isText(value.finishMessage) &&
  isText(value.continuationToken) &&
  isContent(value.content) &&
  isObject(value.groundingMetadata) &&
  isObject(value.urlContextMetadata) &&
  isObject(value.citationMetadata) &&
  isObject(value.logprobsResult)
const isFeedback: Check = (value) => isAbsent(value) || (isRecord(value) && isText(value.blockReason) && isText(value.blockReasonMessage))
const isUsage: Check = (value) =>
  isAbsent(value) ||
  (isRecord(value) &&
    isCount(value.promptTokenCount) &&
    isCount(value.cachedContentTokenCount) &&
    isCount(value.candidatesTokenCount) &&
    isCount(value.thoughtsTokenCount) &&
    isCount(value.toolUsePromptTokenCount) &&
    isCount(value.totalTokenCount) &&
    isText(value.serviceTier) &&
    isListOf(value.promptTokensDetails, isRecord) &&
    isListOf(value.candidatesTokensDetails, isRecord))
const isResponse: Check = (value) =>
  isRecord(value) &&
  isText(value.modelVersion) &&
  isFeedback(value.promptFeedback) &&
  isUsage(value.usageMetadata) &&
  isListOf(value.candidates, isCandidate)

/** Checks a value for the structure that the decoder relies on. @throws 502 for another one */
export function checkResponse(value: unknown): GenerateContentResponse {
  if (!isResponse(value)) throw apiError('upstream_error', 'Gemini sent an invalid response. Retry the request.')
  // Every member that is read is checked above.
  return value as GenerateContentResponse
}
