import type { Redis } from '../../stores/redis.js'
import { expectReply, isStringReplyOrNull, type ReplyCheck } from '../../stores/redisReplies.js'
import { DELETED_TOKEN, type StreamRedisKeys } from './keys.js'

/*
 * Replaces a stream by a tombstone: a special token in place of its producer's, so that the
 * producer neither writes the stream again nor serves it.
 *
 * KEYS: meta, events, lease, watched. ARGV: ttl ms, 'own' if this instance generates the stream.
 * Returns 'was' for a stream, 'deleted' for a tombstone, 'none' if there was neither.
 */
const DELETE_SCRIPT = `
local known = redis.call('HMGET', KEYS[1], 'token', 'last')
if known[1] == '${DELETED_TOKEN}' then return 'deleted' end
if not known[2] and ARGV[2] ~= 'own' then return 'none' end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 'token', '${DELETED_TOKEN}')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'was'
`

const OUTCOMES = ['was', 'none', 'deleted'] as const
/** Whether the stream existed (`was`), did not (`none`), or was deleted earlier (`deleted`). */
export type DeleteOutcome = (typeof OUTCOMES)[number]
const isOutcome: ReplyCheck<DeleteOutcome> = (reply): reply is DeleteOutcome => OUTCOMES.some((outcome) => outcome === reply)

/**
 * Deletes the replica of a stream.
 *
 * @param isOwn - true if this instance generates the stream: adds the tombstone even if Redis has
 *   lost the stream, which the instance would otherwise copy again
 * @returns undefined if Redis is unavailable
 */
export const deleteReplica = (redis: Redis, keys: StreamRedisKeys, ttlMs: number, isOwn: boolean): Promise<DeleteOutcome | undefined> =>
  redis.runCommand(async (client) =>
    expectReply(await client.eval(DELETE_SCRIPT, keys.length, ...keys, ttlMs, isOwn ? 'own' : ''), isOutcome),
  )

/** True if a stream has been deleted; false if it has not, or if Redis is unavailable. */
export const isDeleted = async (redis: Redis, [meta]: StreamRedisKeys): Promise<boolean> =>
  (await redis.runCommand(async (client) => expectReply(await client.hget(meta, 'token'), isStringReplyOrNull), 'read')) === DELETED_TOKEN
