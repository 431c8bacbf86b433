import { isRecord } from './isRecord.js'

/**
 * Data that Gemini sent with a tool call, such as its thought signature. The proxy finds it by the
 * call id that the client received: Gemini uses its own ids again in other answers.
 */
export interface ToolCallRecord {
  /** Gemini's id of the tool call; undefined if Gemini sent no id. */
  readonly upstreamId: string | undefined
  /** The name of the called function. */
  readonly name: string
  readonly signature: string | undefined
  /** The Gemini model that called the function. Other models may refuse its thought signatures. */
  readonly model: string
  /**
   * All parts of Gemini's answer, if the next request must return more than text and tool calls.
   * Only the stored record of the first tool call has them: sealed items would become too long.
   */
  readonly parts?: readonly object[]
}

/** Records of earlier answers that the client sent back encrypted, in sealed items. */
export interface SealedRecords {
  /** Records of tool calls, by the ids that the client received. */
  readonly calls: ReadonlyMap<string, ToolCallRecord>
  /** The model that generated each thought signature of a text, by signature. */
  readonly textSignatureModels: ReadonlyMap<string, string>
}

/** The model and tool calls of an answer: collected while it arrives, sealed when it has ended. */
export interface AnswerSource {
  /** The Gemini model of the last attempt; undefined before the first attempt. */
  model: string | undefined
  /** Records of the answer's tool calls, by the ids that the client receives. */
  readonly calls: Map<string, ToolCallRecord>
}

/** Longest stored JSON of an answer's parts, in UTF-16 units; a search result has up to 140,000. */
const MAX_PARTS_LENGTH = 1_048_576

/** Adds all parts of an answer to the record of its first tool call, unless they are too long. */
export const withAnswerParts = (record: ToolCallRecord, parts: readonly object[]): ToolCallRecord =>
  JSON.stringify(parts).length > MAX_PARTS_LENGTH ? record : { ...record, parts }

const isOptionalString = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'

/** Reads a tool call record from parsed JSON. @returns undefined for any other value */
export function readToolCallRecord(value: unknown): ToolCallRecord | undefined {
  if (!isRecord(value)) return undefined
  const { upstreamId, name, signature, model, parts } = value
  if (typeof name !== 'string' || typeof model !== 'string' || !isOptionalString(upstreamId) || !isOptionalString(signature))
    return undefined
  return { upstreamId, name, signature, model, ...(Array.isArray(parts) && parts.every(isRecord) ? { parts } : {}) }
}
