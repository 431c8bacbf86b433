import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiError } from '../../contract/errors.js'
import type { Redis } from '../../stores/redis.js'
import { clientAddressOf } from './address.js'
import { requiresCallerToken } from './admission.js'
import { MemoryRateLimitStore, makeRedisRateLimitStore } from './rateLimitStores.js'

/** Settings of the rate limit, which applies to each caller. */
export interface RateLimitSettings {
  readonly perMinute: number
  /** Shares the counters between instances; undefined to count in this instance only. */
  readonly redis: Redis | undefined
  /** True on Function Compute: its gateway makes every connection; a header names the client. */
  readonly isBehindGateway: boolean
}

const WINDOW_MS = 60_000

/**
 * Limits the requests of each caller with 429, and adds the rate limit headers. The minute of a
 * caller begins with its first request. While Redis is unavailable, nothing is limited.
 */
export async function addRateLimit(app: FastifyInstance, { perMinute, redis, isBehindGateway }: RateLimitSettings): Promise<void> {
  // Loaded on demand: servers without RATE_LIMIT_RPM do not need the plugin.
  const { default: plugin, normalizeIP } = await import('@fastify/rate-limit')
  await app.register(plugin, {
    global: false,
    max: perMinute,
    timeWindow: WINDOW_MS,
    skipOnError: true,
    keyGenerator: (request) => request.exchange.identity ?? normalizeIP(clientAddressOf(request, isBehindGateway)),
    store: redis === undefined ? MemoryRateLimitStore : makeRedisRateLimitStore(redis),
  })
  const count = app.createRateLimit()
  const limit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const counted = await count(request)
    // A counter without a time to live means that Redis failed: the request is not limited.
    if (counted.isAllowed || counted.ttl <= 0) return
    const { remaining, ttlInSeconds: seconds } = counted
    reply.headers(toRateLimitHeaders(perMinute, remaining, seconds))
    if (counted.isExceeded)
      throw apiError('rate_limit_exceeded', `The rate limit of ${perMinute} requests per minute is reached. Retry in ${seconds} s.`, {
        retryAfterSeconds: seconds,
      })
  }

  app.addHook('onRequest', async (request, reply) => {
    if (requiresCallerToken(request) && !isRateLimitExempt(request)) await limit(request, reply)
    // Stops if the client has disconnected: a later hook would add load that is never released.
    request.exchange.cancellation.throwIfAborted()
  })
}

/** True for token counts, which are not limited: Claude Code sends dozens of them at once. */
const isRateLimitExempt = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.operation?.operationId === 'countMessageTokens'

const toRateLimitHeaders = (limit: number, remaining: number, seconds: number): Record<string, string> => ({
  'x-ratelimit-limit-requests': String(limit),
  'x-ratelimit-remaining-requests': String(remaining),
  'x-ratelimit-reset-requests': `${seconds}s`,
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(seconds),
})

/** Names of the rate limit headers in responses: OpenAI's, and those of @fastify/rate-limit. */
export const RATE_LIMIT_HEADERS: readonly string[] = Object.keys(toRateLimitHeaders(0, 0, 0))
