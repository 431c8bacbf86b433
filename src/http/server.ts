import Fastify, { type FastifyInstance } from 'fastify'
import { apiError } from '../contract/errors.js'
import { addSocketHandlers, refuseInvalidHttp } from './answer/rawSocket.js'
import { canonicalUrl } from './dispatch/urls.js'
import type { Exchanges } from './exchange/exchange.js'

// Function Compute reuses connections for 15 minutes: a request on a closed connection would fail.
const IDLE_CONNECTION_MS = 905_000
const HEADERS_TIMEOUT_MS = 30_000
// Time at a shutdown for clients that read slowly to receive the last events of their streams.
const LAST_EVENTS_MS = 1_000

/** Settings of {@link makeServer}. */
export interface ServerSettings {
  readonly bodyLimitBytes: number
  /** Longest time for request headers to arrive, in ms; 30 s by default. Only tests set it. */
  readonly headersTimeoutMs?: number
}

const refuseRouteSchemas = (): never => {
  throw new Error('Fastify route schemas are not supported: openapi-backend validates requests.')
}

/** Creates a Fastify server without hooks or routes. Its errors use the proxy's error format. */
export function makeServer({ bodyLimitBytes, headersTimeoutMs = HEADERS_TIMEOUT_MS }: ServerSettings): FastifyInstance {
  const server = Fastify({
    bodyLimit: bodyLimitBytes,
    requestIdHeader: false,
    rewriteUrl: ({ url }) => canonicalUrl(url ?? '/'),
    // Longer than any URL that Node.js accepts: Fastify's error for a too long parameter does not
    // have the proxy's format.
    routerOptions: { maxParamLength: 65_536 },
    return503OnClosing: false,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    http: {
      // With `true`, Node.js answers a missing Host header without a body; framing.ts refuses it.
      requireHostHeader: false,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.min(headersTimeoutMs, 5_000),
    },
    clientErrorHandler: refuseInvalidHttp,
    // openapi-backend validates requests; by default, Fastify would load schema compilers, too.
    schemaController: { compilersFactory: { buildValidator: refuseRouteSchemas, buildSerializer: refuseRouteSchemas } },
  })
  addSocketHandlers(server.server)
  server.removeContentTypeParser('text/plain')
  return server
}

/**
 * Refuses new requests, waits for running ones, and closes the server. Running requests are
 * aborted after `graceMs`, or earlier when `forceStop` aborts.
 */
export async function drainServer(server: FastifyInstance, exchanges: Exchanges, graceMs: number, forceStop?: AbortSignal): Promise<void> {
  exchanges.isDraining = true
  let end: NodeJS.Timeout | undefined
  const abort = (): void => {
    exchanges.abortAll(apiError('shutting_down'))
    end ??= setTimeout(() => server.server.closeAllConnections(), LAST_EVENTS_MS)
  }
  const grace = setTimeout(abort, graceMs)
  forceStop?.addEventListener('abort', abort, { once: true })
  await exchanges.whenIdle()
  clearTimeout(grace)
  clearTimeout(end)
  // Closed after the last request: earlier, Node.js would close connections with unsent responses.
  const closed = server.close()
  server.server.closeAllConnections()
  await closed
}
