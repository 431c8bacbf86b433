import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { pathOf } from '../dispatch/urls.js'
import { RATE_LIMIT_HEADERS } from './rateLimit.js'

const EXPOSED_HEADERS = [
  ...['x-request-id', 'request-id', 'retry-after', 'x-should-retry'],
  ...['x-gemini-proxy-ignored-params', 'x-gemini-proxy-model'],
]

/** The prefix of all paths that return console data. */
const CONSOLE_DATA_PREFIX = '/console/api/'

/**
 * Answers preflight requests, and lets web pages of the allowed origins read responses.
 *
 * Console data is never allowed to other origins: only the console's own page needs it.
 *
 * @param origins - the allowed origins; `*` among them allows every origin
 * @param hasRateLimit - true if responses have rate limit headers
 */
export async function addCors(app: FastifyInstance, origins: readonly string[], hasRateLimit: boolean): Promise<void> {
  // Answers preflights for console data without CORS headers, which the plugin would add. For
  // other requests for console data, `addRoutes` disables the plugin.
  app.addHook('onRequest', ({ method, url }, reply, done) => {
    // decodeURIComponent does not throw: canonicalUrl replaces paths that cannot be decoded.
    if (method !== 'OPTIONS' || !decodeURIComponent(pathOf(url)).startsWith(CONSOLE_DATA_PREFIX)) done()
    else reply.code(204).send()
  })
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: hasRateLimit ? [...EXPOSED_HEADERS, ...RATE_LIMIT_HEADERS] : EXPOSED_HEADERS,
    maxAge: 86_400,
    strictPreflight: false,
  })
}
