import { createHash } from 'node:crypto'
import { apiError } from '../contract/errors.js'
import type { KeyValueStore } from './keyValueStore.js'
import type { Redis } from './redis.js'

/** What {@link makeRedisKeyValueStore} needs. */
export interface RedisKeyValueParts {
  readonly redis: Redis
  /** The texts of this process: read first, and alone while Redis is unavailable. */
  readonly own: KeyValueStore
  readonly ttlMs: number
  /** The kind of the texts, as a part of their keys in Redis. */
  readonly kind: string
  /**
   * True where a miss does harm and texts can be deleted: then texts of this process are checked
   * for deletion by other instances, and a miss while Redis is unavailable is a failure.
   */
  readonly mustBeSure: boolean
}

// More are not needed: Gemini checks the signatures since the last user message.
const MOST_KEYS = 256

/** Makes a store that all instances share. While Redis is unavailable it is `own`. */
export function makeRedisKeyValueStore({ redis, own, ttlMs, kind, mustBeSure }: RedisKeyValueParts): KeyValueStore {
  /** Reveals neither caller nor key, and no choice of them yields the key of another text. */
  const toRedisKey = (caller: string, key: string): string =>
    `gemini-proxy:${kind}:${createHash('sha256')
      .update(JSON.stringify([caller, key]))
      .digest('hex')}`
  const toDeletedKey = (caller: string, key: string): string => `${toRedisKey(caller, key)}:dropped`

  return {
    put: async (caller, key, text) => {
      void own.put(caller, key, text)
      await redis.ask((client) => client.set(toRedisKey(caller, key), text, 'PX', ttlMs))
    },
    get: async (caller, keys) => {
      const found = new Map(await own.get(caller, keys))
      const missing = keys.filter((key) => !found.has(key)).slice(-MOST_KEYS)
      const checked = mustBeSure ? keys.slice(-MOST_KEYS) : []
      if (missing.length + checked.length === 0) return found
      const wanted = [...missing.map((key) => toRedisKey(caller, key)), ...checked.map((key) => toDeletedKey(caller, key))]
      const texts = await redis.ask((client) => client.mget(wanted))
      if (texts === undefined && mustBeSure && missing.length > 0) throw apiError('store_unavailable')
      for (const [index, key] of missing.entries()) if (texts?.[index]) found.set(key, texts[index])
      for (const [index, key] of checked.entries()) {
        if (!texts?.[missing.length + index]) continue
        found.delete(key)
        await own.delete(caller, key)
      }
      return found
    },
    delete: async (caller, key) => {
      const wasOwn = await own.delete(caller, key)
      const replies = await redis.ask((client) =>
        client.multi().del(toRedisKey(caller, key)).set(toDeletedKey(caller, key), 'x', 'PX', ttlMs).exec(),
      )
      return wasOwn || replies?.[0]?.[1] === 1
    },
  }
}
