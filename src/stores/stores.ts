import type { Config } from '../config/settings.js'
import { elapsed } from '../contract/clock.js'
import type { Log } from '../contract/log.js'
import { type KeyValueBounds, type KeyValueStore, makeMemoryKeyValueStore } from './keyValueStore.js'
import { type Redis, RedisConnection } from './redis.js'
import { type RedisKeyValueParts, RedisKeyValueStore } from './redisKeyValueStore.js'

/** The state that requests share: in this process, or between instances if REDIS_URL is set. */
export interface Stores {
  readonly redis: Redis | undefined
  /** Records of tool calls: data that Gemini sent with them, such as their thought signatures. */
  readonly toolCalls: KeyValueStore
  readonly responses: KeyValueStore
  /** The Gemini API key that created each resource, such as a file or an interaction. */
  readonly keyPins: KeyValueStore
}

type Bounds = Pick<KeyValueBounds, 'maxLength'> & Omit<RedisKeyValueParts, 'redis' | 'memoryStore'>

// Limits for records of tool calls: an agent may run for hours; a signature has a few kilobytes.
const TOOL_CALL_BOUNDS: Bounds = { kind: 'call', ttlMs: 6 * 3_600_000, maxLength: 16_777_216, mustConfirmWithRedis: false }
// Limits for stored responses. Each contains its whole conversation: clients need only the newest.
const RESPONSE_BOUNDS: Bounds = { kind: 'response', ttlMs: 3_600_000, maxLength: 16_777_216, mustConfirmWithRedis: true }

// Limits for key pins. Google deletes files after two days. Without a pin, each key may be tried.
const KEY_PIN_BOUNDS: Bounds = { kind: 'pin', ttlMs: 72 * 3_600_000, maxLength: 4_194_304, mustConfirmWithRedis: false }

// Maximum time that a request waits for a Redis command, in milliseconds.
const REDIS_TIMEOUT_MS = 500

/** Makes the stores of a service. The connection to Redis is made in the background. */
export function makeStores(config: Config, log: Log, timeoutMs = REDIS_TIMEOUT_MS): Stores {
  const redis = connect(config, log, timeoutMs)
  return {
    redis,
    toolCalls: makeStore(redis, TOOL_CALL_BOUNDS),
    responses: makeStore(redis, RESPONSE_BOUNDS),
    keyPins: makeStore(redis, KEY_PIN_BOUNDS),
  }
}

/** Connects to Redis. @returns undefined if REDIS_URL is not set */
function connect({ redisUrl: url, rateLimitRpm }: Config, log: Log, timeoutMs: number): Redis | undefined {
  if (url === undefined) return undefined
  const lost = `Redis unavailable; falling back to in-memory state${rateLimitRpm === undefined ? '' : ', without rate limits'}`
  return new RedisConnection({
    url,
    timeoutMs,
    onDown: (cause) => log.warn({ cause }, lost),
    onUp: () => log.info({}, 'Redis available again'),
  })
}

function makeStore(redis: Redis | undefined, { kind, ttlMs, maxLength, mustConfirmWithRedis }: Bounds): KeyValueStore {
  const memoryStore = makeMemoryKeyValueStore({ maxLength, ttlMs, elapsed })
  return redis === undefined ? memoryStore : new RedisKeyValueStore({ redis, memoryStore, ttlMs, kind, mustConfirmWithRedis })
}
