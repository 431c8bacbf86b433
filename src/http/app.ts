import type { FastifyInstance } from 'fastify'
import type { Redis } from '../stores/redis.js'
import { sendFailure, toApiFailure } from './answer/failure.js'
import { limitConnections } from './connections.js'
import type { Dispatcher } from './dispatch/dispatcher.js'
import { addAdmission } from './hooks/admission.js'
import type { Authenticate } from './hooks/auth.js'
import { addBodyPace, type BodyPace, BodyWatch } from './hooks/bodyPace.js'
import { addCors } from './hooks/cors.js'
import { addDeadline } from './hooks/deadline.js'
import { addExchangeHooks, type ExchangeParts } from './hooks/exchange.js'
import { addFramingChecks } from './hooks/framing.js'
import { addFunctionHooks, type FunctionHookParts } from './hooks/functionCompute.js'
import { addLoadLimits } from './hooks/loadLimits.js'
import { addRateLimit } from './hooks/rateLimit.js'
import { addRequestBody, type BodyBounds } from './hooks/requestBody.js'
import { addTracing, type RequestTracer } from './hooks/tracing.js'
import { addRoutes } from './routes.js'
import { drainServer, makeServer, type ServerSettings } from './server.js'

/** Dependencies of {@link makeApp}. */
export interface AppParts extends Omit<ExchangeParts, 'bodies' | 'isBehindGateway'>, Pick<FunctionHookParts, 'endStreams'> {
  readonly dispatcher: Dispatcher
  readonly authenticate: Authenticate
  /** Redis for rate limit counters of all instances; if undefined, each instance counts alone. */
  readonly redis?: Redis | undefined
  readonly settings: AppSettings
  /** Exports traces; undefined if no receiver is configured. */
  readonly traces?: RequestTracer | undefined
}

/** Settings of the HTTP server; `meaning` in config/settings.ts explains each. */
export interface AppSettings extends ServerSettings, BodyBounds {
  readonly corsOrigins: readonly string[]
  readonly heartbeatIntervalMs: number
  readonly requestTimeoutMs: number
  readonly maxConcurrentRequests: number
  readonly rateLimitRpm: number | undefined
  /** Name of the function on Function Compute; undefined elsewhere. */
  readonly functionName: string | undefined
  /** The slowest pace at which request bodies may arrive; only tests set it. */
  readonly bodyPace?: BodyPace
}

/** The HTTP server with all hooks and routes. */
export interface App {
  readonly fastify: FastifyInstance
  /**
   * Refuses new requests, waits until running ones have ended, and closes the server. Running
   * requests are aborted after `graceMs`, or earlier when `forceStop` aborts.
   */
  drain(graceMs: number, forceStop?: AbortSignal): Promise<void>
}

/** Makes the HTTP server with all hooks and routes. It does not listen yet. */
export async function makeApp(parts: AppParts): Promise<App> {
  const { dispatcher, exchanges, loadLimits, redis, settings, traces } = parts
  const { rateLimitRpm: perMinute } = settings
  const isOnFunctionCompute = settings.functionName !== undefined
  const app = makeServer(settings)
  limitConnections(app.server, { ...parts, maxConcurrentRequests: settings.maxConcurrentRequests })
  const bodies = new BodyWatch(settings.bodyPace)
  // Set before plugins are added, because each inherits the error handler that is set by then.
  app.setErrorHandler((error, { exchange, routeOptions }, reply) =>
    sendFailure(reply, exchange, toApiFailure(error, settings.bodyLimitBytes, routeOptions.config.operation)),
  )

  // Hooks run in the order in which they are added. Each can refuse a request.

  // Exchange hooks are first: all responses, even errors, have a request id, log line and metrics.
  addExchangeHooks(app, { ...parts, bodies, isBehindGateway: isOnFunctionCompute })
  // Tracing is added before all hooks that can respond, to trace their responses, too.
  if (traces !== undefined) addTracing(app, { traces, summarize: parts.summarize, isFrozenWhenIdle: isOnFunctionCompute })
  // Added before authentication: Function Compute calls its lifecycle hooks without a token.
  if (isOnFunctionCompute) addFunctionHooks(app, parts)
  // Checks Host and Transfer-Encoding before other hooks read the request. Answers 400.
  addFramingChecks(app)
  // CORS is handled before authentication: preflights have no token, and errors need CORS headers.
  await addCors(app, settings.corsOrigins, perMinute !== undefined)
  // Finds operation and caller, which later hooks use. Answers 401, 404, 405, 413, 415, 426, 503.
  addAdmission(app, {
    ...parts,
    operations: dispatcher.operations,
    bodyLimitBytes: settings.bodyLimitBytes,
    isBehindGateway: isOnFunctionCompute,
  })
  // Starts the time limit before the request can wait for Redis, its body or Gemini.
  addDeadline(app, settings.requestTimeoutMs, isOnFunctionCompute)
  // The rate limit applies before the load limits: a request refused with 429 is not load.
  if (perMinute !== undefined) await addRateLimit(app, { perMinute, redis, isBehindGateway: isOnFunctionCompute })
  // Counts the request and its body towards the load limits. Answers 503 if they are exceeded.
  addLoadLimits(app, loadLimits)
  // Limits how slowly the body may arrive. Added last, because the body is read next.
  addBodyPace(app, bodies)
  // Reads and parses the body, and counts its values towards the load. Answers 400, 413, 415, 503.
  addRequestBody(app, settings, loadLimits)

  addRoutes(app, { ...parts, heartbeatIntervalMs: settings.heartbeatIntervalMs })
  return { fastify: app, drain: (graceMs, forceStop) => drainServer(app, exchanges, graceMs, forceStop) }
}
