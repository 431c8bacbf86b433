import { createHash } from 'node:crypto'

/** The four keys of a stream. */
export type StreamRedisKeys = [meta: string, events: string, lease: string, watched: string]

/** Stored for a deleted stream in place of its producer's token. */
export const DELETED_TOKEN = 'deleted'

/** How much longer than the meta key of a stream its events are stored, in milliseconds. */
export const EVENTS_EXTRA_TTL_MS = 1_000

/**
 * The Redis keys of a stream: unique for each pair of id and owner, and hashed, to reveal neither.
 * Each format of the stored data has its own prefix: data of other versions of the proxy is not
 * read.
 */
export const keysOf = (id: string, owner: string): StreamRedisKeys => {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, owner]))
    .digest('hex')
  // The braces mark a hash tag: a Redis cluster then stores all four keys on one node.
  const prefix = `gemini-proxy:3:stream:{${hash}}`
  return [`${prefix}:meta`, `${prefix}:events`, `${prefix}:lease`, `${prefix}:watched`]
}
