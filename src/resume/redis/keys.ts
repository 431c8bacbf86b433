import { createHash } from 'node:crypto'

/** The four keys of a stream. */
export type StreamKeys = [meta: string, events: string, lease: string, watched: string]

/** In the place of its producer's token where a stream has been dropped. */
export const DROPPED = 'dropped'

/** The keys: neither owner nor id can be read from them, or be chosen so that they meet another's. */
export const keysOf = (id: string, owner: string): StreamKeys => {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, owner]))
    .digest('hex')
  // In braces, so that a cluster keeps them together.
  const prefix = `gemini-proxy:stream:{${hash}}`
  return [`${prefix}:meta`, `${prefix}:events`, `${prefix}:lease`, `${prefix}:watched`]
}
