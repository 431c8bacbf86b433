import { createHash } from 'node:crypto'

const CHECKSUM_LENGTH = 16
const checksumOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, CHECKSUM_LENGTH)

/** Adds a checksum to a text. */
export const withChecksum = (text: string): string => checksumOf(text) + text

/**
 * Removes the checksum from a text.
 *
 * @returns undefined where {@link withChecksum} did not write it, or it has changed since
 */
export function removeChecksum(stored: string): string | undefined {
  const text = stored.slice(CHECKSUM_LENGTH)
  return stored === withChecksum(text) ? text : undefined
}
