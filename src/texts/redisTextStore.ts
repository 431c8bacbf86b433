import { createHash } from 'node:crypto'
import type { Redis } from '../redis.js'
import type { TextStore } from './textStore.js'

/** What {@link makeRedisTextStore} needs. */
export interface RedisTextParts {
  readonly redis: Redis
  /** What this process remembers itself: it is asked first, and serves alone while Redis is out of reach. */
  readonly own: TextStore
  readonly ttlMs: number
  /** What the texts are, as a part of their keys. */
  readonly kind: string
}

// Nobody needs more: of signatures, Gemini checks those since the last user message.
const MOST_KEYS = 256

/** Makes a store that all instances share. Never fails: without Redis it is as good as `own`. */
export function makeRedisTextStore({ redis, own, ttlMs, kind }: RedisTextParts): TextStore {
  /** Neither caller nor key can be read from it, or be chosen so that it meets another's. */
  const keyOf = (caller: string, key: string): string =>
    `gemini-proxy:${kind}:${createHash('sha256')
      .update(JSON.stringify([caller, key]))
      .digest('hex')}`

  return {
    put: (caller, key, text) => {
      own.put(caller, key, text)
      void redis.ask((client) => client.set(keyOf(caller, key), text, 'PX', ttlMs))
    },
    get: async (caller, keys) => {
      const found = new Map(await own.get(caller, keys))
      const missing = keys.filter((key) => !found.has(key)).slice(-MOST_KEYS)
      if (missing.length === 0) return found
      const texts = await redis.ask((client) => client.mget(missing.map((key) => keyOf(caller, key))))
      for (const [place, text] of (texts ?? []).entries()) {
        const key = missing[place]
        if (key !== undefined && text !== null && text !== '') found.set(key, text)
      }
      return found
    },
    drop: async (caller, key) => {
      const wasOwn = await own.drop(caller, key)
      const dropped = await redis.ask((client) => client.del(keyOf(caller, key)))
      return wasOwn || dropped === 1
    },
  }
}
