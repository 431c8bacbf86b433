import { createHash } from 'node:crypto'

/** A file that is served unchanged. */
export interface StaticFile {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** Hash of the bytes, quoted as in the header `ETag`. */
  readonly etag: string
}

/** Makes a file from its content, as UTF-8 bytes with an `ETag`. */
export const toStaticFile = (content: string | Uint8Array, contentType: string): StaticFile => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { bytes, contentType, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
