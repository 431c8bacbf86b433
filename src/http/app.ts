import type { ServerOptions } from 'node:http'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { ApiError, apiError } from '../contract/errors.js'
import { answerFailure, requestTooLarge, toApiFailure } from './answer/failure.js'
import { addWireRules, refuseNoise } from './answer/rawSocket.js'
import type { Dispatcher } from './dispatch/dispatcher.js'
import type { Gate } from './hooks/auth.js'
import { type BodyPace, makeBodyWatch } from './hooks/bodyPace.js'
import { startDeadline } from './hooks/deadline.js'
import type { Exchanges } from './hooks/exchange.js'
import { addFunctionHooks } from './hooks/functionCompute.js'
import type { Pressure } from './hooks/pressure.js'
import { addRateLimit, RATE_LIMIT_HEADERS, type RateLimitSettings } from './hooks/rateLimit.js'
import { toRequestId } from './hooks/requestId.js'
import type { Metrics } from './metrics.js'
import { logExchange } from './requestLog.js'
import { addRoutes } from './routes.js'
import { canonicalUrl, makeAllowedMethods } from './urls.js'

/** What the HTTP side is made of. */
export interface AppParts {
  readonly dispatcher: Dispatcher
  readonly gate: Gate
  readonly exchanges: Exchanges
  readonly metrics: Metrics
  readonly pressure: Pressure
  readonly log: Logger
  /** Writes out what the log holds back. */
  readonly flushLog?: (() => void) | undefined
  readonly rateLimit?: RateLimitSettings | undefined
  /** Ends what goes on without a request; there only on Function Compute, whose hooks are then answered. */
  readonly endKept?: (() => Promise<void>) | undefined
  readonly settings: AppSettings
}

/** Settings of the HTTP side; see the configuration for their meaning. */
export interface AppSettings {
  readonly bodyLimitBytes: number
  readonly corsOrigins: readonly string[]
  readonly heartbeatIntervalMs: number
  readonly requestTimeoutMs: number
  /** How long the headers of a request may take. For tests alone. */
  readonly headersTimeoutMs?: number
  /** How slowly bodies may come. For tests alone. */
  readonly bodyPace?: BodyPace
}

/** The HTTP side: listens when told to, and drains. */
export interface App {
  readonly fastify: FastifyInstance
  /** Refuses what comes from now on, lets running exchanges end within the grace, then ends them. */
  drain(graceMs: number): Promise<void>
}

// Function Compute keeps connections for 15 minutes and fails a request on one that we closed before.
const KEEP_ALIVE_MS = 905_000
// How long the last words of a shutdown may take to reach a client that reads slowly, or not at all.
const LAST_WORDS_MS = 5_000
const EXPOSED_HEADERS = ['x-request-id', 'retry-after', 'x-should-retry', 'x-gemini-proxy-ignored-params', 'x-gemini-proxy-model']

const noSchemas = (): never => {
  throw new Error('no route has a schema of Fastify')
}

/** Makes the HTTP side. It does not listen. */
export async function makeApp(parts: AppParts): Promise<App> {
  const { dispatcher, gate, exchanges, metrics, pressure, log, flushLog, rateLimit, endKept, settings } = parts
  let isDraining = false
  const bodies = makeBodyWatch(settings.bodyPace)
  const { bodyLimitBytes } = settings
  const allowedMethods = makeAllowedMethods(dispatcher.operations)
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    requestIdHeader: false,
    // A JSON key named __proto__ is dropped, not refused: OpenAI takes any key.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    rewriteUrl: ({ url }) => canonicalUrl(url ?? '/'),
    // Longer than any URL that Node.js takes, so that Fastify never refuses one in a form of its own.
    routerOptions: { maxParamLength: 65_536 },
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: toHttpOptions(settings),
    clientErrorHandler: refuseNoise,
    // The contract validates. Fastify would load two compilers for schemas that no route has.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  })
  addWireRules(app.server)
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('exchange')

  app.addHook('onRequest', (request, reply, done) => {
    const id = toRequestId(request.headers['x-fc-request-id'])
    metrics.begin()
    request.exchange = exchanges.begin(id, request.method, reply.raw, (exchange, end) => {
      bodies.end(exchange)
      if (exchange.keptUntil === undefined) pressure.release(exchange)
      else void exchange.keptUntil.finally(() => pressure.release(exchange))
      metrics.end(exchange, end)
      logExchange(log, exchange, end)
      // Function Compute may freeze the process right after.
      if (end.isCancelled || exchanges.count() === 0) flushLog?.()
    })
    reply.header('x-request-id', id)
    if (isDraining) reply.header('connection', 'close')
    done()
  })
  if (endKept !== undefined) {
    addFunctionHooks(app, async () => {
      isDraining = true
      log.info({ hook: 'pre-stop' }, 'draining')
      // The platform waits until nothing is under way. If ever it does not, SIGTERM ends the rest in order.
      if (exchanges.count() === 1) await endKept()
      // Once it is answered, the platform may end the process without another word.
      flushLog?.()
    })
  }
  await app.register(cors, {
    origin: settings.corsOrigins.includes('*') ? '*' : [...settings.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: rateLimit === undefined ? EXPOSED_HEADERS : [...EXPOSED_HEADERS, ...RATE_LIMIT_HEADERS],
    maxAge: 86_400,
    strictPreflight: false,
  })
  app.addHook('onRequest', (request, reply, done) => {
    admit(request)
    startDeadline(request.exchange, reply.raw, {
      requestTimeoutMs: settings.requestTimeoutMs,
      announcedSeconds: request.headers['x-fc-function-timeout'],
    })
    // From here to the end of the body nobody else minds the signal.
    request.exchange.controller.signal.addEventListener('abort', () => refuseRest(request, reply), { once: true })
    done()
  })
  if (rateLimit !== undefined) {
    const limit = await addRateLimit(app, rateLimit)
    app.addHook('onRequest', async (request, reply) => {
      if (isOfCaller(request)) await limit(request, reply)
      // Whoever has left meanwhile must not be taken on: nobody would let go of it.
      request.exchange.controller.signal.throwIfAborted()
    })
  }
  app.addHook('onRequest', (request, _reply, done) => {
    if (isOfCaller(request)) pressure.take(request.exchange, announcedBytes(request))
    if (announcedBytes(request) !== 0) bodies.begin(request.exchange, request.raw.socket)
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    request.exchange.isRead = true
    bodies.end(request.exchange)
    done()
  })

  /** The one gate: what is refused here is refused before the body is read. */
  const admit = (request: FastifyRequest): void => {
    const { operation, guard } = request.routeOptions.config
    const { exchange } = request
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      throw apiError('invalid_value', 'The request has no Host header.')
    if (request.is404 || operation === undefined || guard === undefined || hasEmptyParam(request)) {
      const allow = allowedMethods(request.url)
      throw allow === undefined
        ? apiError('unknown_url')
        : apiError('method_not_allowed', `${request.method} is not allowed for this URL. Allowed: ${allow}.`, { headers: { allow } })
    }
    exchange.operationId = operation.operationId
    exchange.route = operation.path
    const caller = gate.admit(guard, request.headers.authorization)
    exchange.caller = caller?.name
    exchange.identity = caller?.identity
    exchange.isAuthorized = true
    if (isDraining && guard !== 'open') throw apiError('shutting_down')
    // Fastify would read the body of a DELETE, or refuse it for its type.
    if (operation.method === 'delete')
      for (const name of ['content-type', 'content-length', 'transfer-encoding']) delete request.raw.headers[name]
    const bodyBytes = announcedBytes(request)
    if (bodyBytes !== undefined && bodyBytes > bodyLimitBytes) throw requestTooLarge(bodyLimitBytes)
  }

  app.setErrorHandler((error, request, reply) => answerFailure(reply, request.exchange, toApiFailure(error, bodyLimitBytes)))
  addRoutes(app, { dispatcher, metrics, pressure, ...settings })

  return {
    fastify: app,
    drain: async (graceMs) => {
      isDraining = true
      const grace = setTimeout(() => exchanges.abortAll(apiError('shutting_down')), graceMs)
      const end = setTimeout(() => app.server.closeAllConnections(), graceMs + LAST_WORDS_MS)
      await exchanges.idle()
      clearTimeout(grace)
      clearTimeout(end)
      // Not before: Node.js takes a connection for idle, and cuts it, whose answer has not left it yet.
      const closed = app.close()
      app.server.closeAllConnections()
      await closed
    },
  }
}

const HEADERS_TIMEOUT_MS = 30_000

function toHttpOptions({ headersTimeoutMs = HEADERS_TIMEOUT_MS }: AppSettings): ServerOptions {
  // Node.js would refuse a request without a host in words of its own; see admit.
  return { requireHostHeader: false, headersTimeout: headersTimeoutMs, connectionsCheckingInterval: Math.min(headersTimeoutMs, 5_000) }
}

/** Answers a request whose time is up before its body has arrived. */
function refuseRest({ exchange }: FastifyRequest, reply: FastifyReply): void {
  const reason: unknown = exchange.controller.signal.reason
  if (exchange.isRead || reply.sent || !(reason instanceof ApiError)) return
  answerFailure(reply.header('connection', 'close'), exchange, reason)
}

const isOfCaller = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.guard === 'caller'

/** The length that a request announces for its body; undefined where it comes in chunks. Only that of a POST is ever read. */
function announcedBytes({ headers, routeOptions }: FastifyRequest): number | undefined {
  if (routeOptions.config.operation?.method !== 'post') return 0
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined
}

/** True for `/v1/models/`, which would otherwise be served as the list of models. */
const hasEmptyParam = ({ params }: FastifyRequest): boolean => Object.values(params as Record<string, string>).includes('')
