import { isRecord } from '../../contract/isRecord.js'

/** The thought signatures in one reasoning item. */
export interface Signatures {
  /** Of tool calls, by call id. */
  readonly calls: Readonly<Record<string, string>>
  /** Of a message. */
  readonly message: string | undefined
  /** True if the message precedes the reasoning item, false if it follows. */
  readonly isAfter: boolean
}

/** Encrypts text that one caller stores for the proxy. */
export interface CallerSeals {
  seal(text: string): string
  /** @returns undefined for text that was not sealed by this deployment for this caller */
  open(sealed: string): string | undefined
}

/** Serializes signatures in a compact form. */
export const serializeSignatures = ({ calls, message, isAfter }: Signatures): string =>
  JSON.stringify({ ...(Object.keys(calls).length === 0 ? {} : { c: calls }), ...(message === undefined ? {} : { m: message, a: isAfter }) })

/** Parses the result of {@link serializeSignatures}. @returns undefined for anything else */
export function parseSignatures(text: string): Signatures | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined // written by another version
  }
  if (!isRecord(parsed)) return undefined
  const { c: calls, m: message, a: isAfter } = parsed
  const texts = Object.entries(isRecord(calls) ? calls : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { calls: Object.fromEntries(texts), message: typeof message === 'string' ? message : undefined, isAfter: isAfter === true }
}
