import { isRecord } from './readers.js'

/** The thought signatures that one reasoning item carries. */
export interface Signatures {
  /** Of tool calls, by their ids. */
  readonly calls: Readonly<Record<string, string>>
  /** Of a message. */
  readonly message: string | undefined
  /** Whether the message stands before the item. */
  readonly isAfter: boolean
}

/** Hides what only this proxy is to read, for one caller. */
export interface Sealing {
  seal(text: string): string
  /** @returns undefined for what was not sealed here, not for this caller, or changed since */
  open(sealed: string): string | undefined
}

/** Writes signatures in as few words as can be. */
export const writeSignatures = ({ calls, message, isAfter }: Signatures): string =>
  JSON.stringify({ ...(Object.keys(calls).length === 0 ? {} : { c: calls }), ...(message === undefined ? {} : { m: message, a: isAfter }) })

/** Reads what {@link writeSignatures} has written. @returns undefined for anything else */
export function readSignatures(text: string): Signatures | undefined {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return undefined // of another version
  }
  if (!isRecord(read)) return undefined
  const { c: calls, m: message, a: isAfter } = read
  const texts = Object.entries(isRecord(calls) ? calls : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { calls: Object.fromEntries(texts), message: typeof message === 'string' ? message : undefined, isAfter: isAfter === true }
}
