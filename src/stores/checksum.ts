import { createHash } from 'node:crypto'

const CHECKSUM_LENGTH = 16
const checksumOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, CHECKSUM_LENGTH)

/** Puts a checksum in front of a text, so that damaged texts in Redis are recognized. */
export const withChecksum = (text: string): string => checksumOf(text) + text

/**
 * Returns a text without its checksum.
 *
 * @returns undefined if the checksum is missing or does not match the text
 */
export function removeChecksum(stored: string): string | undefined {
  const text = stored.slice(CHECKSUM_LENGTH)
  return stored === withChecksum(text) ? text : undefined
}
