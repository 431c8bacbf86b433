import { type AnswerSource, readToolCallRecord, type ToolCallRecord } from '../../contract/callRecord.js'
import { isRecord } from '../../contract/isRecord.js'

/** The thought signatures that one reasoning item carries for the items around it. */
export interface ThoughtSignatures {
  /** Call records (Gemini's id and signature) by the client's call ids. */
  readonly calls: Readonly<Record<string, ToolCallRecord>>
  /** Thought signature of a message. */
  readonly message: string | undefined
  /** The Gemini model that made the message's signature; undefined if unknown. */
  readonly model: AnswerSource['model']
  /** True if the reasoning item comes after the message; false if it comes before. */
  readonly isAfterMessage: boolean
}

/** Encrypts text that one caller stores and sends back, and decrypts it. */
export interface CallerSeals {
  seal(text: string): string
  /** Decrypts text; returns undefined unless this deployment sealed it for this caller. */
  open(sealed: string): string | undefined
}

/** Serializes thought signatures as compact JSON, to be sealed. */
export const serializeSignatures = ({ calls, message, model, isAfterMessage }: ThoughtSignatures): string =>
  JSON.stringify({
    ...(Object.keys(calls).length === 0 ? {} : { calls }),
    ...(message === undefined ? {} : { m: message, a: isAfterMessage, by: model }),
  })

/**
 * Parses the output of {@link serializeSignatures}. Skips the field `c` of earlier versions, which
 * held call signatures by Gemini's ids: those are not unique.
 *
 * @returns undefined for text that is not a JSON object
 */
export function parseSignatures(text: string): ThoughtSignatures | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined // another version of the proxy wrote the text
  }
  if (!isRecord(parsed)) return undefined
  const { calls, m: message, by: model, a: isAfter } = parsed
  const records = Object.entries(isRecord(calls) ? calls : {}).flatMap(([id, value]) => {
    const record = readToolCallRecord(value)
    return record === undefined ? [] : [[id, record] as const]
  })
  return {
    calls: Object.fromEntries(records),
    message: typeof message === 'string' ? message : undefined,
    model: typeof model === 'string' ? model : undefined,
    isAfterMessage: isAfter === true,
  }
}
