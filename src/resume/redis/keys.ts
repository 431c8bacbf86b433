import { createHash } from 'node:crypto'

/** The four keys of a stream. */
export type StreamKeys = [meta: string, events: string, lease: string, watched: string]

/** Stored instead of its producer's token where a stream has been deleted. */
export const DELETED_TOKEN = 'deleted'

/** How much longer than the meta key of a stream its events are stored, in milliseconds. */
export const EVENTS_EXTRA_TTL_MS = 1_000

/**
 * The Redis keys of a stream: unique for each pair of id and owner, and hashed, to reveal neither.
 * Each format of the stored data has its own prefix: data of other versions of the proxy is not
 * read.
 */
export const keysOf = (id: string, owner: string): StreamKeys => {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, owner]))
    .digest('hex')
  // In braces, a hash tag, so that a Redis cluster stores them on one node.
  const prefix = `gemini-proxy:3:stream:{${hash}}`
  return [`${prefix}:meta`, `${prefix}:events`, `${prefix}:lease`, `${prefix}:watched`]
}
