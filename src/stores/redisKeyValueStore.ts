import { createHash } from 'node:crypto'
import { apiError } from '../contract/errors.js'
import { removeChecksum, withChecksum } from './checksum.js'
import type { KeyValueStore } from './keyValueStore.js'
import type { Redis } from './redis.js'
import { expectReply, isArrayOf, isInteger, isTextReply, isTextReplyOrNull } from './replies.js'

/** Dependencies and options of {@link makeRedisKeyValueStore}. */
export interface RedisKeyValueParts {
  readonly redis: Redis
  /** Texts that this process stored: searched first, and alone while Redis is unavailable. */
  readonly memoryStore: KeyValueStore
  readonly ttlMs: number
  /** The kind of the texts, such as `response`: a part of their keys in Redis. */
  readonly kind: string
  /**
   * True if texts can be deleted, and a wrong miss does harm: Redis is then asked whether another
   * instance has deleted a text of this process, and a miss while Redis is unavailable is a 503.
   */
  readonly mustConfirmWithRedis: boolean
}

// Maximum keys per request to Redis. Of thought signatures only the last ones are looked up: Gemini
// checks those since the last user message.
const MAX_KEYS_PER_LOOKUP = 256

// Part of the Redis keys; raised with each new format, so that older values are not read.
const FORMAT_VERSION = 2

/**
 * Makes a store that all instances share. While Redis is unavailable it uses `memoryStore` only.
 */
export function makeRedisKeyValueStore({ redis, memoryStore, ttlMs, kind, mustConfirmWithRedis }: RedisKeyValueParts): KeyValueStore {
  /** The key in Redis: a hash, unique for each pair of caller and key, that reveals neither. */
  const toRedisKey = (caller: string, key: string): string =>
    `gemini-proxy:${FORMAT_VERSION}:${kind}:${createHash('sha256')
      .update(JSON.stringify([caller, key]))
      .digest('hex')}`
  const toDeletedKey = (caller: string, key: string): string => `${toRedisKey(caller, key)}:dropped`
  /** Deletes values without a valid checksum, as if they had expired. */
  const deleteInvalid = (keys: readonly string[]): void => {
    if (keys.length > 0) void redis.runCommand(async (client) => expectReply(await client.del(...keys), isInteger))
  }

  /** Adds the texts in Redis to those found in memory, and removes those deleted by others. */
  const addFromRedis = async (found: Map<string, string>, caller: string, keys: readonly string[]): Promise<void> => {
    const missing = keys.filter((key) => !found.has(key))
    const checked = mustConfirmWithRedis ? keys : []
    if (missing.length + checked.length === 0) return
    const wanted = [...missing.map((key) => toRedisKey(caller, key)), ...checked.map((key) => toDeletedKey(caller, key))]
    const values = await redis.runCommand(
      async (client) => expectReply(await client.mget(wanted), isArrayOf(isTextReplyOrNull, wanted.length)),
      'read',
    )
    if (values === undefined && mustConfirmWithRedis && missing.length > 0) throw apiError('store_unavailable')
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
      await memoryStore.delete(caller, key)
    }
  }

  return {
    put: async (caller, key, text) => {
      void memoryStore.put(caller, key, text)
      await redis.runCommand(async (client) =>
        expectReply(await client.set(toRedisKey(caller, key), withChecksum(text), 'PX', ttlMs), isTextReply),
      )
    },
    get: async (caller, keys) => {
      const found = new Map(await memoryStore.get(caller, keys))
      if (!mustConfirmWithRedis) {
        const missing = keys.filter((key) => !found.has(key))
        await addFromRedis(found, caller, missing.slice(-MAX_KEYS_PER_LOOKUP))
        return found
      }
      for (let start = 0; start < keys.length; start += MAX_KEYS_PER_LOOKUP)
        await addFromRedis(found, caller, keys.slice(start, start + MAX_KEYS_PER_LOOKUP))
      return found
    },
    delete: async (caller, key) => {
      const wasOwn = await memoryStore.delete(caller, key)
      const wasStored = await redis.runCommand(async (client) => {
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
