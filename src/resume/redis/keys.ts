import { createHash } from 'node:crypto'

/** The four Redis keys of a resumable stream. */
export type StreamRedisKeys = [meta: string, events: string, lease: string, watched: string]

/** Marks a deleted stream in Redis: stored in place of its producer's token. */
export const DELETED_TOKEN = 'deleted'

/** How many ms longer events are stored than the meta key: a stream that is found has events. */
export const EVENTS_EXTRA_TTL_MS = 1_000

/**
 * Returns the Redis keys of a stream. They contain a hash of its id and owner, and reveal neither.
 * Each format of the stored data has its own prefix: data of other versions of the proxy is not
 * read.
 */
export const toStreamRedisKeys = (id: string, owner: string): StreamRedisKeys => {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, owner]))
    .digest('hex')
  // The braces mark a hash tag: a Redis cluster then stores all four keys on one node.
  const prefix = `gemini-proxy:3:stream:{${hash}}`
  return [`${prefix}:meta`, `${prefix}:events`, `${prefix}:lease`, `${prefix}:watched`]
}
