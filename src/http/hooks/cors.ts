import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { RATE_LIMIT_HEADERS } from './rateLimit.js'

const EXPOSED_HEADERS = ['x-request-id', 'retry-after', 'x-should-retry', 'x-gemini-proxy-ignored-params', 'x-gemini-proxy-model']

/**
 * Answers preflight requests, and lets pages of the allowed origins read responses.
 *
 * @param origins - `*` among them allows every origin
 * @param isLimited - true where responses have rate limit headers
 */
export async function addCors(app: FastifyInstance, origins: readonly string[], isLimited: boolean): Promise<void> {
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: isLimited ? [...EXPOSED_HEADERS, ...RATE_LIMIT_HEADERS] : EXPOSED_HEADERS,
    maxAge: 86_400,
    strictPreflight: false,
  })
}
