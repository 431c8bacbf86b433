import type { Redis } from '../redis.js'
import type { StreamKeys } from './redisKeys.js'

/*
 * Leaves nothing of a stream but a mark that takes its producer's place, so that the producer cannot bring it back.
 *
 * KEYS: meta, events, lease, watched. ARGV: ttl. Returns 1 where there was a stream.
 */
const DROP = `
local known = redis.call('HGET', KEYS[1], 'last')
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
if not known then return 0 end
redis.call('HSET', KEYS[1], 'token', 'dropped')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`

/** Forgets the copy of a stream. @returns whether there was one */
export async function dropRemote(redis: Redis, keys: StreamKeys, ttlMs: number): Promise<boolean> {
  return (await redis.ask((client) => client.eval(DROP, keys.length, ...keys, ttlMs))) === 1
}
