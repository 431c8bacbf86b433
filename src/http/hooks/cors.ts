import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { pathOf } from '../dispatch/urls.js'
import { RATE_LIMIT_HEADERS } from './rateLimit.js'

const EXPOSED_HEADERS = [
  ...['x-request-id', 'request-id', 'retry-after', 'x-should-retry'],
  ...['x-gemini-proxy-ignored-params', 'x-gemini-proxy-model'],
]

/** The paths of the operations with the data of the console. */
const CONSOLE_DATA = '/console/api/'

/**
 * Answers preflight requests, and lets pages of the allowed origins read responses.
 *
 * Never lets them read the data of the console: only its own page needs it.
 *
 * @param origins - `*` among them allows every origin
 * @param isLimited - true if responses have rate limit headers
 */
export async function addCors(app: FastifyInstance, origins: readonly string[], isLimited: boolean): Promise<void> {
  // Answers preflights for data of the console without CORS headers, which the plugin would add.
  // For other requests for the data, `addRoutes` disables the plugin.
  app.addHook('onRequest', ({ method, url }, reply, done) => {
    // canonicalUrl has checked that the path can be decoded.
    if (method !== 'OPTIONS' || !decodeURIComponent(pathOf(url)).startsWith(CONSOLE_DATA)) done()
    else reply.code(204).send()
  })
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: isLimited ? [...EXPOSED_HEADERS, ...RATE_LIMIT_HEADERS] : EXPOSED_HEADERS,
    maxAge: 86_400,
    strictPreflight: false,
  })
}
