import Fastify, { type FastifyInstance } from 'fastify'
import { apiError } from '../contract/errors.js'
import { addSocketHandlers, refuseInvalidHttp } from './answer/rawSocket.js'
import { canonicalUrl } from './dispatch/urls.js'
import type { Exchanges } from './exchange/exchange.js'

// Function Compute reuses connections for 15 minutes: its request on a closed one would fail.
const IDLE_CONNECTION_MS = 905_000
const HEADERS_TIMEOUT_MS = 30_000
// How long the last events of a shutdown may take to reach a client that reads slowly, or never.
const LAST_EVENTS_MS = 1_000

/** Settings of {@link makeServer}. */
export interface ServerSettings {
  readonly bodyLimitBytes: number
  /** How long the headers of a request may take. For tests only. */
  readonly headersTimeoutMs?: number
}

const noSchemas = (): never => {
  throw new Error('Fastify route schemas are not supported: openapi-backend validates requests.')
}

/** Creates a Fastify server without hooks or routes. Its errors use the proxy's error format. */
export function makeServer({ bodyLimitBytes, headersTimeoutMs = HEADERS_TIMEOUT_MS }: ServerSettings): FastifyInstance {
  const server = Fastify({
    bodyLimit: bodyLimitBytes,
    requestIdHeader: false,
    rewriteUrl: ({ url }) => canonicalUrl(url ?? '/'),
    // Longer than any URL that Node.js accepts: beyond it, Fastify would send its own error body.
    routerOptions: { maxParamLength: 65_536 },
    return503OnClosing: false,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    http: {
      // If true, Node.js refuses a request without a host, with an empty body; see framing.ts.
      requireHostHeader: false,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.min(headersTimeoutMs, 5_000),
    },
    clientErrorHandler: refuseInvalidHttp,
    // openapi-backend validates. Fastify would load compilers for schemas that no route has.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  })
  addSocketHandlers(server.server)
  server.removeContentTypeParser('text/plain')
  return server
}

/**
 * Refuses new requests, aborts running ones after the grace period, or when `hurry` aborts, and
 * closes the server.
 */
export async function drainServer(server: FastifyInstance, exchanges: Exchanges, graceMs: number, hurry?: AbortSignal): Promise<void> {
  exchanges.isDraining = true
  let end: NodeJS.Timeout | undefined
  const abort = (): void => {
    exchanges.abortAll(apiError('shutting_down'))
    end ??= setTimeout(() => server.server.closeAllConnections(), LAST_EVENTS_MS)
  }
  const grace = setTimeout(abort, graceMs)
  hurry?.addEventListener('abort', abort, { once: true })
  await exchanges.idle()
  clearTimeout(grace)
  clearTimeout(end)
  // Closed only once idle: earlier, Node.js would close connections whose response is not yet sent.
  const closed = server.close()
  server.server.closeAllConnections()
  await closed
}
