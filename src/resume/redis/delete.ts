import type { Redis } from '../../stores/redis.js'
import { DROPPED, type StreamKeys } from './keys.js'

/*
 * Leaves nothing of a stream but a mark that takes its producer's place, so that the producer neither brings it back nor gives it.
 *
 * KEYS: meta, events, lease, watched. ARGV: ttl, 'own' where its producer asks. Returns whether there was a stream, or the mark.
 */
const DROP = `
local known = redis.call('HMGET', KEYS[1], 'token', 'last')
if known[1] == '${DROPPED}' then return 'dropped' end
if not known[2] and ARGV[2] ~= 'own' then return 'none' end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], 'token', '${DROPPED}')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'was'
`

/** What there was to drop. */
export type Dropped = 'was' | 'none' | 'dropped'

/**
 * Forgets the copy of a stream.
 *
 * @param isOwn - this instance makes it: Redis may have lost it, and would get it again
 * @returns whether there was one, or had been; undefined where Redis is out of reach
 */
export const dropRemote = (redis: Redis, keys: StreamKeys, ttlMs: number, isOwn: boolean): Promise<Dropped | undefined> =>
  // The script returns nothing else.
  redis.ask(async (client) => (await client.eval(DROP, keys.length, ...keys, ttlMs, isOwn ? 'own' : '')) as Dropped)

/** True where a stream has been dropped, as far as Redis can be asked. */
export const isDropped = async (redis: Redis, [meta]: StreamKeys): Promise<boolean> =>
  (await redis.ask((client) => client.hget(meta, 'token'))) === DROPPED
