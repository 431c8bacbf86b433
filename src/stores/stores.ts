import type { Config } from '../config/settings.js'
import { elapsed } from '../contract/clock.js'
import type { Log } from '../contract/log.js'
import { type KeyValueBounds, type KeyValueStore, makeMemoryKeyValueStore } from './keyValueStore.js'
import { type Redis, RedisConnection } from './redis.js'
import { makeRedisKeyValueStore, type RedisKeyValueParts } from './redisKeyValueStore.js'

/** The state that requests share: in this process, or between instances if REDIS_URL is set. */
export interface Stores {
  readonly redis: Redis | undefined
  /** What Gemini sent with tool calls, such as their thought signatures. */
  readonly calls: KeyValueStore
  readonly responses: KeyValueStore
  /** The Gemini keys that created resources, such as files and interactions. */
  readonly pins: KeyValueStore
}

type Bounds = Pick<KeyValueBounds, 'maxLength'> & Omit<RedisKeyValueParts, 'redis' | 'own'>

// Records of tool calls: an agent may run for hours; a signature has a few kilobytes.
const CALLS: Bounds = { kind: 'call', ttlMs: 6 * 3_600_000, maxLength: 16_777_216, mustBeSure: false }
// A response is stored with its whole conversation, so that only the newest one is needed.
const RESPONSES: Bounds = { kind: 'response', ttlMs: 3_600_000, maxLength: 16_777_216, mustBeSure: true }

// Google stores a file for two days. Without an entry, its key is found by trying all keys.
const PINS: Bounds = { kind: 'pin', ttlMs: 72 * 3_600_000, maxLength: 4_194_304, mustBeSure: false }

// The longest wait of a request for Redis.
const PATIENCE_MS = 500

/** Makes the stores of a service. The connection to Redis is made in the background. */
export function makeStores(config: Config, log: Log, patienceMs = PATIENCE_MS): Stores {
  const redis = connect(config, log, patienceMs)
  return { redis, calls: makeStore(redis, CALLS), responses: makeStore(redis, RESPONSES), pins: makeStore(redis, PINS) }
}

/** Connects to Redis. @returns undefined if REDIS_URL is not set */
function connect({ redisUrl: url, rateLimitRpm }: Config, log: Log, patienceMs: number): Redis | undefined {
  if (url === undefined) return undefined
  const lost = `Redis unavailable; falling back to in-memory state${rateLimitRpm === undefined ? '' : ', without rate limits'}`
  return new RedisConnection({
    url,
    patienceMs,
    onDown: (cause) => log.warn({ cause }, lost),
    onUp: () => log.info({}, 'Redis available again'),
  })
}

function makeStore(redis: Redis | undefined, { kind, ttlMs, maxLength, mustBeSure }: Bounds): KeyValueStore {
  const own = makeMemoryKeyValueStore({ maxLength, ttlMs, elapsed })
  return redis === undefined ? own : makeRedisKeyValueStore({ redis, own, ttlMs, kind, mustBeSure })
}
