import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiError } from '../../contract/errors.js'
import type { Redis } from '../../stores/redis.js'

/** How often one caller may ask. */
export interface RateLimitSettings {
  readonly perMinute: number
  /** Counts for all instances; undefined counts in this one. */
  readonly redis: Redis | undefined
  /** True behind Function Compute, where every connection is the platform's own. */
  readonly isBehindGateway: boolean
}

/**
 * Counts a request of a caller, and puts what is left into the headers of its answer.
 *
 * @throws 429 `rate_limit_exceeded`
 */
export type RateLimit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** The headers that tell of the limit: OpenAI's, and those of @fastify/rate-limit. */
export const RATE_LIMIT_HEADERS = [
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
] as const

const WINDOW_MS = 60_000
// Who has not asked for longest is forgotten first. Tokens are few; without tokens, everybody's address counts.
const MOST_CALLERS = 20_000

/** Makes the limit. A caller's minute begins with its first request. Where Redis is out of reach, nothing is counted and everybody let in. */
export async function addRateLimit(app: FastifyInstance, settings: RateLimitSettings): Promise<RateLimit> {
  const { perMinute, redis, isBehindGateway } = settings
  // Loaded here, so that a start without RATE_LIMIT_RPM does not pay for it.
  const { default: plugin, normalizeIP } = await import('@fastify/rate-limit')
  await app.register(plugin, {
    global: false,
    max: perMinute,
    timeWindow: WINDOW_MS,
    cache: MOST_CALLERS,
    skipOnError: true,
    keyGenerator: (request) => request.exchange.identity ?? normalizeIP(addressOf(request, isBehindGateway)),
    ...(redis === undefined ? {} : { store: makeRedisStore(redis) }),
  })
  const count = app.createRateLimit()

  return async (request, reply) => {
    const counted = await count(request)
    // Without a time left it has not been counted.
    if (counted.isAllowed || counted.ttl <= 0) return
    const { remaining, ttlInSeconds: seconds } = counted
    reply.headers(toHeaders(perMinute, remaining, seconds))
    if (counted.isExceeded)
      throw apiError('rate_limit_exceeded', `The rate limit of ${perMinute} requests per minute is reached. Retry in ${seconds} s.`, {
        retryAfterSeconds: seconds,
      })
  }
}

const toHeaders = (limit: number, remaining: number, seconds: number): Record<(typeof RATE_LIMIT_HEADERS)[number], string> => ({
  'x-ratelimit-limit-requests': String(limit),
  'x-ratelimit-remaining-requests': String(remaining),
  'x-ratelimit-reset-requests': `${seconds}s`,
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(seconds),
})

/** The address that a request comes from. Of X-Forwarded-For only the last hop is the platform's word; callers write the others. */
function addressOf({ headers, socket }: FastifyRequest, isBehindGateway: boolean): string {
  const hop = isBehindGateway
    ? withoutPort(
        String(headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)
          ?.trim() ?? '',
      )
    : ''
  return isIP(hop) === 0 ? (socket.remoteAddress ?? '') : hop
}

const withoutPort = (hop: string): string => (isIP(hop) === 0 ? hop.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : hop)

// In one step: a counter that loses its end would lock its caller out for ever.
const COUNT = `local current = redis.call('INCR', KEYS[1])
if current == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {current, redis.call('PTTL', KEYS[1])}`

/** Neither token nor address can be read from it. */
const keyOf = (caller: string): string => `gemini-proxy:rate:${createHash('sha256').update(caller).digest('hex')}`

type Counted = (error: Error | null, result?: { current: number; ttl: number }) => void

/** The store as @fastify/rate-limit wants it: a class, with callbacks. */
function makeRedisStore(redis: Redis) {
  return class RedisStore {
    incr(caller: string, counted: Counted, windowMs: number): void {
      redis
        .ask((client) => client.eval(COUNT, 1, keyOf(caller), windowMs))
        .then((result) => {
          // Two integers, by the script above.
          const [current, ttl] = (result ?? []) as number[]
          if (current === undefined || ttl === undefined) counted(new Error('Redis is out of reach'))
          else counted(null, { current, ttl })
        })
    }

    child(): RedisStore {
      return this
    }
  }
}
