import { createHash } from 'node:crypto'

/** Bytes to be sent as they are, whose type and name do not change. */
export interface StoredFile {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** Names exactly these bytes, quoted as the header `ETag` is. */
  readonly etag: string
}

/** Gives bytes their name. */
export const toStoredFile = (content: string | Uint8Array, contentType: string): StoredFile => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { bytes, contentType, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
