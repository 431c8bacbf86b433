import { createHash } from 'node:crypto'
import { apiError } from '../contract/errors.js'
import { removeChecksum, withChecksum } from './checksum.js'
import type { KeyValueStore } from './keyValueStore.js'
import type { Redis } from './redis.js'
import { expectReply, isArrayReplyOf, isIntegerReply, isStringReply, isStringReplyOrNull } from './redisReplies.js'

/** Dependencies and options of {@link RedisKeyValueStore}. */
export interface RedisKeyValueParts {
  readonly redis: Redis
  /** Texts that this process stored: searched before Redis, and alone while it is unavailable. */
  readonly memoryStore: KeyValueStore
  readonly ttlMs: number
  /** The kind of the texts, such as `response`: a part of their keys in Redis. */
  readonly kind: string
  /**
   * True if texts can be deleted and a false miss does harm. Redis is then asked whether another
   * instance has deleted a text found in memory, and a miss while Redis is unavailable throws 503.
   */
  readonly mustConfirmWithRedis: boolean
}

// Maximum number of keys per MGET. Without `mustConfirmWithRedis`, `get` reads only the last 256:
// Gemini checks only the thought signatures since the last user message.
const MAX_KEYS_PER_LOOKUP = 256

// Part of every Redis key. Incremented when the stored format changes: old values are not read.
const FORMAT_VERSION = 2

/** A store that all instances share. While Redis is unavailable it uses `memoryStore` only. */
export class RedisKeyValueStore implements KeyValueStore {
  constructor(private readonly parts: RedisKeyValueParts) {}

  async put(caller: string, key: string, text: string): Promise<boolean> {
    const { redis, memoryStore, ttlMs, mustConfirmWithRedis } = this.parts
    const putInMemory = memoryStore.put(caller, key, text)
    const wasDeleted = await redis.runCommand(async (client) => {
      const set = client.set(this.#toRedisKey(caller, key), withChecksum(text), 'PX', ttlMs)
      // Asked after SET: `mget` reports an earlier deletion, and a later one deletes the new text.
      const find = mustConfirmWithRedis ? client.mget(this.#toDeletedKey(caller, key)) : [null]
      const [reply, deleted] = await Promise.all([set, find])
      expectReply(reply, isStringReply)
      const isDeleted = expectReply(deleted, isArrayReplyOf(isStringReplyOrNull, 1))[0] !== null
      if (isDeleted) await client.del(this.#toRedisKey(caller, key))
      return isDeleted
    })
    if (wasDeleted !== true) return putInMemory
    await memoryStore.delete(caller, key)
    return false
  }

  async get(caller: string, keys: readonly string[]): Promise<Map<string, string>> {
    const { memoryStore, mustConfirmWithRedis } = this.parts
    const found = new Map(await memoryStore.get(caller, keys))
    const wanted = mustConfirmWithRedis ? keys : keys.filter((key) => !found.has(key)).slice(-MAX_KEYS_PER_LOOKUP)
    for (let start = 0; start < wanted.length; start += MAX_KEYS_PER_LOOKUP)
      await this.#addFromRedis(found, caller, wanted.slice(start, start + MAX_KEYS_PER_LOOKUP))
    return found
  }

  async delete(caller: string, key: string): Promise<boolean> {
    const { redis, memoryStore, ttlMs } = this.parts
    const wasOwn = await memoryStore.delete(caller, key)
    const wasStored = await redis.runCommand(async (client) => {
      const commands = client.multi().del(this.#toRedisKey(caller, key)).set(this.#toDeletedKey(caller, key), 'x', 'PX', ttlMs)
      return expectReply(await commands.exec(), isDeletion)[0][1] === 1
    })
    return wasOwn || wasStored === true
  }

  /** Adds texts from Redis to `found`, and removes those that another instance has deleted. */
  async #addFromRedis(found: Map<string, string>, caller: string, keys: readonly string[]): Promise<void> {
    const { redis, memoryStore, mustConfirmWithRedis } = this.parts
    const missing = keys.filter((key) => !found.has(key))
    const checked = mustConfirmWithRedis ? keys : []
    const wanted = [...missing.map((key) => this.#toRedisKey(caller, key)), ...checked.map((key) => this.#toDeletedKey(caller, key))]
    const values = await redis.runCommand(
      async (client) => expectReply(await client.mget(wanted), isArrayReplyOf(isStringReplyOrNull, wanted.length)),
      'read',
    )
    if (values === undefined && mustConfirmWithRedis && missing.length > 0) throw apiError('store_unavailable')
    const invalid: string[] = []
    for (const [index, key] of missing.entries()) {
      const value = values?.[index] ?? undefined
      const text = value === undefined ? undefined : removeChecksum(value)
      if (text !== undefined) found.set(key, text)
      else if (value !== undefined) invalid.push(this.#toRedisKey(caller, key))
    }
    this.#deleteInvalid(invalid)
    for (const [index, key] of checked.entries()) {
      if (!values?.[missing.length + index]) continue
      found.delete(key)
      await memoryStore.delete(caller, key)
    }
  }

  /** Deletes values without a valid checksum, as if they had expired. */
  #deleteInvalid(keys: readonly string[]): void {
    if (keys.length > 0) void this.parts.redis.runCommand(async (client) => expectReply(await client.del(...keys), isIntegerReply))
  }

  /** Returns the key in Redis: a hash of the pair of caller and key, which reveals neither. */
  #toRedisKey(caller: string, key: string): string {
    const hash = createHash('sha256').update(JSON.stringify([caller, key]))
    return `gemini-proxy:${FORMAT_VERSION}:${this.parts.kind}:${hash.digest('hex')}`
  }

  #toDeletedKey(caller: string, key: string): string {
    return `${this.#toRedisKey(caller, key)}:dropped`
  }
}

/** True if DEL and SET of a transaction succeeded; each reply is a pair of error and result. */
const isDeletion = (replies: unknown): replies is [[null, number], [null, string]] =>
  isArrayReplyOf((reply): reply is [null, unknown] => Array.isArray(reply) && reply[0] === null, 2)(replies) &&
  isIntegerReply(replies[0]?.[1]) &&
  isStringReply(replies[1]?.[1])
