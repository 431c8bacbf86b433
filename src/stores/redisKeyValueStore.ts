import { createHash } from 'node:crypto'
import { apiError } from '../contract/errors.js'
import { removeChecksum, withChecksum } from './checksum.js'
import type { KeyValueStore } from './keyValueStore.js'
import type { Redis } from './redis.js'
import { expectReply, isArrayOf, isInteger, isTextReply, isTextReplyOrNull } from './replies.js'

/** What {@link makeRedisKeyValueStore} needs. */
export interface RedisKeyValueParts {
  readonly redis: Redis
  /** The texts stored by this process: read first, and the only ones while Redis is unavailable. */
  readonly own: KeyValueStore
  readonly ttlMs: number
  /** The kind of the texts, as a part of their keys in Redis. */
  readonly kind: string
  /**
   * True if a miss does harm and texts can be deleted: the store then asks Redis whether other
   * instances have deleted a text of this process, and a miss without Redis is a 503.
   */
  readonly mustBeSure: boolean
}

// Most keys of one look-up. Gemini checks only the signatures since the last user message.
const MOST_KEYS = 256

// Part of the keys. Raised with each new format, so that values in other formats are not read.
const FORMAT_VERSION = 2

/** Makes a store that all instances share. While Redis is unavailable it uses `own` only. */
export function makeRedisKeyValueStore({ redis, own, ttlMs, kind, mustBeSure }: RedisKeyValueParts): KeyValueStore {
  /** The key in Redis: a hash, unique for each pair of caller and key, that reveals neither. */
  const toRedisKey = (caller: string, key: string): string =>
    `gemini-proxy:${FORMAT_VERSION}:${kind}:${createHash('sha256')
      .update(JSON.stringify([caller, key]))
      .digest('hex')}`
  const toDeletedKey = (caller: string, key: string): string => `${toRedisKey(caller, key)}:dropped`
  /** Deletes values that this version did not write, as if they had expired. */
  const deleteInvalid = (keys: readonly string[]): void => {
    if (keys.length > 0) void redis.ask(async (client) => expectReply(await client.del(...keys), isInteger))
  }

  return {
    put: async (caller, key, text) => {
      void own.put(caller, key, text)
      await redis.ask(async (client) =>
        expectReply(await client.set(toRedisKey(caller, key), withChecksum(text), 'PX', ttlMs), isTextReply),
      )
    },
    get: async (caller, keys) => {
      const found = new Map(await own.get(caller, keys))
      const missing = keys.filter((key) => !found.has(key)).slice(-MOST_KEYS)
      const checked = mustBeSure ? keys.slice(-MOST_KEYS) : []
      if (missing.length + checked.length === 0) return found
      const wanted = [...missing.map((key) => toRedisKey(caller, key)), ...checked.map((key) => toDeletedKey(caller, key))]
      const values = await redis.ask(
        async (client) => expectReply(await client.mget(wanted), isArrayOf(isTextReplyOrNull, wanted.length)),
        'read',
      )
      if (values === undefined && mustBeSure && missing.length > 0) throw apiError('store_unavailable')
      const invalid: string[] = []
      for (const [index, key] of missing.entries()) {
        const value = values?.[index] ?? undefined
        const text = value === undefined ? undefined : removeChecksum(value)
        if (text !== undefined) found.set(key, text)
        else if (value !== undefined) invalid.push(toRedisKey(caller, key))
      }
      deleteInvalid(invalid)
      for (const [index, key] of checked.entries()) {
        if (!values?.[missing.length + index]) continue
        found.delete(key)
        await own.delete(caller, key)
      }
      return found
    },
    delete: async (caller, key) => {
      const wasOwn = await own.delete(caller, key)
      const wasStored = await redis.ask(async (client) => {
        const replies = await client.multi().del(toRedisKey(caller, key)).set(toDeletedKey(caller, key), 'x', 'PX', ttlMs).exec()
        return expectReply(replies, isDeletion)[0][1] === 1
      })
      return wasOwn || wasStored === true
    },
  }
}

/** True if DEL and SET of a transaction succeeded; each reply is a pair of error and result. */
const isDeletion = (replies: unknown): replies is [[null, number], [null, string]] =>
  isArrayOf((reply): reply is [null, unknown] => Array.isArray(reply) && reply[0] === null, 2)(replies) &&
  isInteger(replies[0]?.[1]) &&
  isTextReply(replies[1]?.[1])
