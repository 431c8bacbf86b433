import { createHash } from 'node:crypto'

/** The four keys of a stream. */
export type StreamKeys = [meta: string, events: string, lease: string, watched: string]

/** Stored instead of its producer's token where a stream has been deleted. */
export const DELETED_TOKEN = 'deleted'

/** How much longer than the meta key of a stream its events are stored, in milliseconds. */
export const EVENTS_EXTRA_TTL_MS = 1_000

/**
 * The keys of a stream. They reveal neither owner nor id, and no choice of them yields the keys of
 * another stream. Each format of the stored data has its own prefix: data of other versions of the
 * proxy is not read.
 */
export const keysOf = (id: string, owner: string): StreamKeys => {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, owner]))
    .digest('hex')
  // In braces, so that a Redis cluster stores them together.
  const prefix = `gemini-proxy:3:stream:{${hash}}`
  return [`${prefix}:meta`, `${prefix}:events`, `${prefix}:lease`, `${prefix}:watched`]
}
