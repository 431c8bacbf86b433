import { createHash } from 'node:crypto'
import { elapsed } from '../../contract/clock.js'
import type { Redis } from '../../stores/redis.js'
import { expectReply, isArrayReplyOf, isIntegerReply } from '../../stores/redisReplies.js'

type OnCounted = (error: Error | null, result?: { current: number; ttl: number }) => void

/** The interface that @fastify/rate-limit requires of a store of counters. */
interface RateLimitStore {
  /** Counts a request in the caller's current window, or a new one. The result's `ttl` is in ms. */
  incr(caller: string, counted: OnCounted, windowMs: number): void
  child(): RateLimitStore
}

// Maximum number of counters in memory, one per caller; the least recently used one is removed.
const MAX_CALLERS = 20_000

/** Counts requests in memory. Unlike the plugin's own store, it ignores changes of the clock. */
export class MemoryRateLimitStore implements RateLimitStore {
  readonly #counters = new Map<string, { current: number; endsAt: number }>()

  incr(caller: string, counted: OnCounted, windowMs: number): void {
    const now = elapsed()
    const known = this.#counters.get(caller)
    const counter = known !== undefined && known.endsAt > now ? known : { current: 0, endsAt: now + windowMs }
    counter.current += 1
    this.#counters.delete(caller)
    this.#counters.set(caller, counter)
    const [leastRecent] = this.#counters.keys()
    if (this.#counters.size > MAX_CALLERS && leastRecent !== undefined) this.#counters.delete(leastRecent)
    // Rounded: with a floating-point error, a client could be asked to wait for 61 seconds.
    counted(null, { current: counter.current, ttl: Math.max(1, Math.round(counter.endsAt - now)) })
  }

  child(): this {
    return this
  }
}

// One script, hence atomic: a counter without expiry would lock its caller out for ever.
const COUNT_SCRIPT = `local current = redis.call('INCR', KEYS[1])
if current == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {current, redis.call('PTTL', KEYS[1])}`

/** The Redis key of a caller's counter: hashed, as it may be derived from a token or address. */
const counterKeyOf = (caller: string): string => `gemini-proxy:rate:${createHash('sha256').update(caller).digest('hex')}`

/** Makes a store class with counters in Redis. It reports an error while Redis is unavailable. */
export function makeRedisRateLimitStore(redis: Redis) {
  return class RedisStore implements RateLimitStore {
    incr(caller: string, counted: OnCounted, windowMs: number): void {
      redis
        .runCommand(async (client) =>
          expectReply(await client.eval(COUNT_SCRIPT, 1, counterKeyOf(caller), windowMs), isArrayReplyOf(isIntegerReply, 2)),
        )
        .then(([current, ttl] = []) => {
          if (current === undefined || ttl === undefined) counted(new Error('Redis unavailable'))
          else counted(null, { current, ttl })
        })
    }

    child(): RedisStore {
      return this
    }
  }
}
