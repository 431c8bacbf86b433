import { isRecord } from './isRecord.js'

/**
 * What Gemini sent with a tool call, such as its signature. Looked up by the id that the client
 * received, because Gemini repeats its own ids in other answers.
 */
export interface CallRecord {
  /** Gemini's id; undefined if it sent none. */
  readonly upstreamId: string | undefined
  /** The name of the called function. */
  readonly name: string
  readonly signature: string | undefined
  /** The Gemini model that called the function. Other models may refuse its signatures. */
  readonly model: string
  /**
   * All parts of the answer, if Gemini wants more of it back than text and calls. Only in the
   * stored record of the answer's first call: sealed items would become too long with them.
   */
  readonly parts?: readonly object[]
}

/** The records of earlier answers that the sealed items of a request contain. */
export interface SealedRecords {
  /** Records of tool calls, by the ids that the client received. */
  readonly calls: ReadonlyMap<string, CallRecord>
  /** The models that generated the thought signatures of texts, by signature. */
  readonly textModels: ReadonlyMap<string, string>
}

/** The model and the tool calls of an answer, filled in while it is generated and then sealed. */
export interface AnswerSource {
  /** The Gemini model of the last attempt; undefined before the first one. */
  model: string | undefined
  /** Records of the answer's tool calls, by the ids that the client receives. */
  readonly calls: Map<string, CallRecord>
}

/** Longest JSON of an answer's parts, in UTF-16 units. One search result takes up to 140,000. */
const LONGEST_PARTS = 1_048_576

/** Returns the record of an answer's first call with all parts, unless these are too long. */
export const withParts = (record: CallRecord, parts: readonly object[]): CallRecord =>
  JSON.stringify(parts).length > LONGEST_PARTS ? record : { ...record, parts }

const isOptionalString = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'

/** Reads a record from parsed JSON. @returns undefined for a value that is no record */
export function readCallRecord(value: unknown): CallRecord | undefined {
  if (!isRecord(value)) return undefined
  const { upstreamId, name, signature, model, parts } = value
  if (typeof name !== 'string' || typeof model !== 'string' || !isOptionalString(upstreamId) || !isOptionalString(signature))
    return undefined
  return { upstreamId, name, signature, model, ...(Array.isArray(parts) && parts.every(isRecord) ? { parts } : {}) }
}
