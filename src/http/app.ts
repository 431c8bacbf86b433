import type { FastifyInstance } from 'fastify'
import type { Redis } from '../stores/redis.js'
import { answerFailure, toApiFailure } from './answer/failure.js'
import { limitConnections } from './connections.js'
import type { Dispatcher } from './dispatch/dispatcher.js'
import { addAdmission } from './hooks/admission.js'
import type { Authenticate } from './hooks/auth.js'
import { addBodyPace, type BodyPace, BodyWatch } from './hooks/bodyPace.js'
import { addCors } from './hooks/cors.js'
import { addDeadline } from './hooks/deadline.js'
import { addExchangeHooks, type ExchangeParts } from './hooks/exchange.js'
import { addFraming } from './hooks/framing.js'
import { addFunctionHooks, type FunctionHookParts } from './hooks/functionCompute.js'
import { addPressure } from './hooks/pressure.js'
import { addRateLimit } from './hooks/rateLimit.js'
import { addRequestBody, type BodyBounds } from './hooks/requestBody.js'
import { addTracing, type Traces } from './hooks/tracing.js'
import { addRoutes } from './routes.js'
import { drainServer, makeServer, type ServerSettings } from './server.js'

/** What {@link makeApp} needs. */
export interface AppParts extends Omit<ExchangeParts, 'bodies' | 'isBehindGateway'>, Pick<FunctionHookParts, 'endStreams'> {
  readonly dispatcher: Dispatcher
  readonly authenticate: Authenticate
  /** Shares the rate limits between instances; undefined to limit each instance by itself. */
  readonly redis?: Redis | undefined
  readonly settings: AppSettings
  /** Exports traces; undefined if no receiver is configured. */
  readonly traces?: Traces | undefined
}

/** Settings of the HTTP server; `meaning` in config/settings.ts explains each. */
export interface AppSettings extends ServerSettings, BodyBounds {
  readonly corsOrigins: readonly string[]
  readonly heartbeatIntervalMs: number
  readonly requestTimeoutMs: number
  readonly maxConcurrentRequests: number
  readonly rateLimitRpm: number | undefined
  /** Name of the function; undefined outside of Function Compute. */
  readonly functionName: string | undefined
  /** How slowly bodies may arrive. For tests only. */
  readonly bodyPace?: BodyPace
}

/** The HTTP server with all hooks and routes. */
export interface App {
  readonly fastify: FastifyInstance
  /**
   * Refuses new requests, lets running ones finish within the grace period, then aborts them;
   * earlier when `hurry` aborts.
   */
  drain(graceMs: number, hurry?: AbortSignal): Promise<void>
}

/** Makes the HTTP server with all hooks and routes. It does not listen yet. */
export async function makeApp(parts: AppParts): Promise<App> {
  const { dispatcher, exchanges, pressure, redis, settings, traces } = parts
  const { rateLimitRpm: perMinute } = settings
  const isOnFunctionCompute = settings.functionName !== undefined
  const app = makeServer(settings)
  limitConnections(app.server, { ...parts, maxConcurrentRequests: settings.maxConcurrentRequests })
  const bodies = new BodyWatch(settings.bodyPace)
  // Set before the plugins are added: each inherits the error handler of that time.
  app.setErrorHandler((error, { exchange, routeOptions }, reply) =>
    answerFailure(reply, exchange, toApiFailure(error, settings.bodyLimitBytes, routeOptions.config.operation)),
  )

  // The hooks in their order. Each can refuse a request; the body is read after the last.

  // Exchanges first: every response, errors included, has a request id, a log line and metrics.
  addExchangeHooks(app, { ...parts, bodies, isBehindGateway: isOnFunctionCompute })
  // Tracing before all hooks that can respond: their responses are traced, too.
  if (traces !== undefined) addTracing(app, { traces, summarize: parts.summarize, isFrozenWhenIdle: isOnFunctionCompute })
  // Lifecycle hooks of Function Compute before authentication: it sends no token.
  if (isOnFunctionCompute) addFunctionHooks(app, parts)
  // Framing before everything that reads the request. Answers 400 (Host, Transfer-Encoding).
  addFraming(app)
  // CORS before authentication: a preflight has no token, and errors need its headers, too.
  await addCors(app, settings.corsOrigins, perMinute !== undefined)
  // Admission before hooks that need a caller. Answers 401, 404, 405, 413, 415, 426, 503 (drain).
  addAdmission(app, {
    ...parts,
    operations: dispatcher.operations,
    bodyLimitBytes: settings.bodyLimitBytes,
    isBehindGateway: isOnFunctionCompute,
  })
  // The deadline before everything that can wait (Redis, the body, Gemini).
  addDeadline(app, settings.requestTimeoutMs, isOnFunctionCompute)
  // The rate limit before the request counts towards the load. Answers 429.
  if (perMinute !== undefined) await addRateLimit(app, { perMinute, redis, isBehindGateway: isOnFunctionCompute })
  // The load includes the request and its body from here on. Answers 503 (load).
  addPressure(app, pressure)
  // The pace of the body last: the body is read next.
  addBodyPace(app, bodies)
  // Reads the body, and counts its values towards the load. Answers 413, 400, 503 (load).
  addRequestBody(app, settings, pressure)

  addRoutes(app, { ...parts, heartbeatIntervalMs: settings.heartbeatIntervalMs })
  return { fastify: app, drain: (graceMs, hurry) => drainServer(app, exchanges, graceMs, hurry) }
}
