import { createHash } from 'node:crypto'
import { apiError } from '../contract/errors.js'
import type { TextStore } from './keyValueStore.js'
import type { Redis } from './redis.js'

/** What {@link makeRedisTextStore} needs. */
export interface RedisTextParts {
  readonly redis: Redis
  /** What this process remembers itself: it is asked first, and serves alone while Redis is out of reach. */
  readonly own: TextStore
  readonly ttlMs: number
  /** What the texts are, as a part of their keys. */
  readonly kind: string
  /**
   * True where a miss does harm, and texts may be dropped: Redis is asked of those that are here as well, since another instance may have
   * dropped them, and being out of reach is no miss but a failure.
   */
  readonly mustBeSure: boolean
}

// Nobody needs more: of signatures, Gemini checks those since the last user message.
const MOST_KEYS = 256

/** Makes a store that all instances share. Without Redis it is as good as `own`. */
export function makeRedisTextStore({ redis, own, ttlMs, kind, mustBeSure }: RedisTextParts): TextStore {
  /** Neither caller nor key can be read from it, or be chosen so that it meets another's. */
  const keyOf = (caller: string, key: string): string =>
    `gemini-proxy:${kind}:${createHash('sha256')
      .update(JSON.stringify([caller, key]))
      .digest('hex')}`
  const markOf = (caller: string, key: string): string => `${keyOf(caller, key)}:dropped`

  return {
    put: async (caller, key, text) => {
      void own.put(caller, key, text)
      await redis.ask((client) => client.set(keyOf(caller, key), text, 'PX', ttlMs))
    },
    get: async (caller, keys) => {
      const found = new Map(await own.get(caller, keys))
      const missing = keys.filter((key) => !found.has(key)).slice(-MOST_KEYS)
      const marked = mustBeSure ? keys.slice(-MOST_KEYS) : []
      if (missing.length + marked.length === 0) return found
      const wanted = [...missing.map((key) => keyOf(caller, key)), ...marked.map((key) => markOf(caller, key))]
      const texts = await redis.ask((client) => client.mget(wanted))
      if (texts === undefined && mustBeSure && missing.length > 0) throw apiError('store_unavailable')
      for (const [place, key] of missing.entries()) if (texts?.[place]) found.set(key, texts[place])
      for (const [place, key] of marked.entries()) {
        if (!texts?.[missing.length + place]) continue
        found.delete(key)
        await own.drop(caller, key)
      }
      return found
    },
    drop: async (caller, key) => {
      const wasOwn = await own.drop(caller, key)
      const told = await redis.ask((client) => client.multi().del(keyOf(caller, key)).set(markOf(caller, key), 'x', 'PX', ttlMs).exec())
      return wasOwn || told?.[0]?.[1] === 1
    },
  }
}
