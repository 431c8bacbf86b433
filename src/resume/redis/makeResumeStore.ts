import type { Config } from '../../config/settings.js'
import type { Redis } from '../../stores/redis.js'
import { MemoryResumeStore } from '../memory/memoryResumeStore.js'
import type { ResumeStore } from '../resumeStore.js'
import { RedisResumeStore } from './redisResumeStore.js'

// The longest delay of a Node.js timer, in milliseconds: a timer with a longer one fires at once.
const LONGEST_TTL_MS = 2_147_483_647
const LONGEST_LEASE_MS = 10_000

/** Makes the store of resumable streams: in memory, with copies in Redis if it is configured. */
export function makeResumeStore(redis: Redis | undefined, config: Config): ResumeStore {
  const ttlMs = Math.min(config.streamResumeTtlSeconds * 1000, LONGEST_TTL_MS)
  const memoryStore = new MemoryResumeStore({ ttlMs, maxBytes: config.streamResumeMaxBytes, maxStreams: config.streamResumeMaxStreams })
  return redis === undefined
    ? memoryStore
    : new RedisResumeStore({ redis, memoryStore, ttlMs, leaseMs: Math.min(LONGEST_LEASE_MS, ttlMs / 2) })
}
