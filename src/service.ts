import type { Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import { isConsoleServed } from './config/console.js'
import { warningsOf } from './config/warnings.js'
import { makeApp } from './http/app.js'
import type { ContractOperation } from './http/dispatch/contractOperation.js'
import { makeDispatcher } from './http/dispatch/dispatcher.js'
import { Exchanges } from './http/exchange/exchange.js'
import { makeLogRequests } from './http/exchange/logExchange.js'
import type { LogSink } from './http/exchange/logSink.js'
import { Metrics } from './http/exchange/metrics.js'
import { makeSummarize } from './http/exchange/summary.js'
import { makeAuthenticate } from './http/hooks/auth.js'
import { Pressure } from './http/hooks/pressure.js'
import { Traces } from './http/hooks/tracing.js'
import { makeRecorder } from './makeConsole.js'
import { type BuildParts, makeOperations, type OperationParts } from './makeOperations.js'
import { makeSeals } from './responses/sealing.js'
import { makeResumeStore } from './resume/redis/makeResumeStore.js'
import { makeStores } from './stores/stores.js'
import { loadTracing } from './tracing/loadTracing.js'
import { makeUpstream, type UpstreamParts } from './upstream/upstream.js'

// The system caps it at its own limit (net.core.somaxconn). With 511, the default of Node.js,
// connections are lost while many clients connect at once.
const LISTEN_BACKLOG = 4_096

/** What {@link makeService} needs. */
export interface ServiceParts extends BuildParts, Pick<OperationParts, 'config'>, Pick<UpstreamParts, 'media'> {
  readonly log: Logger
  /** Where the log is written: flushed when nothing is in flight or a client disconnects. */
  readonly logSink?: LogSink | undefined
  /** The bundled contract; makeDispatcher changes it in place. */
  readonly contract: object
  /** Longest wait for a Redis command, in milliseconds; 500 by default. For tests only. */
  readonly redisPatienceMs?: number
}

/** A service that can listen. */
export interface Service {
  /** @returns its address, such as `http://127.0.0.1:9000` */
  listen(): Promise<string>
  /**
   * Shuts down: lets running requests finish within `SHUTDOWN_GRACE_MS`, then aborts them.
   *
   * @param hurry - ends them earlier when it aborts
   */
  close(hurry?: AbortSignal): Promise<void>
}

/** Makes a service from its parts. */
export async function makeService(parts: ServiceParts): Promise<Service> {
  const { config, log, logSink, media } = parts
  const stores = makeStores(config, log, parts.redisPatienceMs)
  const streams = makeResumeStore(stores.redis, config)
  const metrics = new Metrics({
    resumableStreams: () => streams.count(),
    droppedLines: () => logSink?.dropped ?? 0,
    keyStates: () => upstream.keyStates(),
  })
  const onOutcome = metrics.countUpstream.bind(metrics)
  // Without AUTH_TOKEN all callers have one identity, which is no secret: seals use a Gemini key.
  const seals = makeSeals((caller) => (config.authTokens === undefined ? (config.geminiApiKeys[0]?.reveal() ?? '') : caller))
  const upstream = makeUpstream({ config, log, calls: stores.calls, pins: stores.pins, seals, onOutcome, media })
  const exchanges = new Exchanges()
  const recorder = await makeRecorder(config, exchanges)
  const operations = makeOperations({
    ...parts,
    upstream,
    seals,
    stores,
    streams,
    metrics,
    exchanges,
    recorder,
    origin: () => ownOrigin(app.fastify.server),
  })
  const isServed = ({ path }: ContractOperation): boolean => isConsoleServed(config) || !path.startsWith('/console')
  const dispatcher = await makeDispatcher(parts.contract, operations, isServed)
  const tracing = await loadTracing(parts)
  const traces = tracing && new Traces(tracing)
  const optional = [recorder?.record, traces?.onFinished]
  const summaries = {
    summarize: makeSummarize(parts),
    // Receivers of finished requests.
    onFinished: [metrics.onFinished, makeLogRequests(log), ...optional.filter((record) => record !== undefined)],
  }
  const http = { dispatcher, exchanges, metrics, traces, ...summaries, log, logSink, redis: stores.redis, settings: config }
  // Also called by Function Compute's pre-stop hook. It ends only streams that are still running.
  const endStreams = (): Promise<void> => streams.close()
  const app = await makeApp({ ...http, authenticate: makeAuthenticate(config), pressure: new Pressure(config), endStreams })

  return {
    listen: async () => {
      for (const warning of warningsOf(config)) log.warn(warning)
      return app.fastify.listen({ host: config.host, port: config.port, backlog: LISTEN_BACKLOG })
    },
    close: async (hurry) => {
      await app.drain(config.shutdownGraceMs, hurry)
      await endStreams() // before Redis, which stores how they ended
      await upstream.close()
      await tracing?.close()
      await stores.redis?.close()
      recorder?.close()
    },
  }
}

/** The loopback addresses of a server that listens on all addresses. */
const LOOPBACK_OF: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

/** The URL at which a listening server reaches itself. */
function ownOrigin(server: Server): string {
  // A server that listens on TCP has such an address.
  const { address, port } = server.address() as AddressInfo
  const host = LOOPBACK_OF.get(address) ?? address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
