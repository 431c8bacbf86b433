import type { Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import { isConsoleServed } from '../config/console.js'
import type { Config } from '../config/settings.js'
import type { Operations } from '../contract/operation.js'
import type { Redis } from '../stores/redis.js'
import { loadTracing } from '../tracing/loadTracing.js'
import { type AppParts, makeApp } from './app.js'
import type { ContractOperation } from './dispatch/contractOperation.js'
import { makeDispatcher } from './dispatch/dispatcher.js'
import type { Exchanges } from './exchange/exchange.js'
import { makeLogRequests } from './exchange/logExchange.js'
import type { LogSink } from './exchange/logSink.js'
import type { Metrics } from './exchange/metrics.js'
import { makeSummarize } from './exchange/summary.js'
import { makeAuthenticate } from './hooks/auth.js'
import { LoadLimits } from './hooks/loadLimits.js'
import { RequestTracer } from './hooks/tracing.js'

// Maximum number of connections that wait to be accepted; Linux caps it at net.core.somaxconn. With
// 511, the default of Node.js, connections are lost while many clients connect at once.
const LISTEN_BACKLOG = 4_096

/** Dependencies of {@link makeHttpService}. */
export interface HttpServiceParts extends Pick<AppParts, 'endStreams'> {
  readonly config: Config
  readonly version: string
  readonly log: Logger
  /** The log destination, flushed when no request is in flight or a client disconnects. */
  readonly logSink?: LogSink | undefined
  /** The OpenAPI contract as an object, which `makeDispatcher` changes in place. */
  readonly contract: object
  readonly operations: Operations
  readonly exchanges: Exchanges
  readonly metrics: Metrics
  /** Records the summaries of finished requests for the console; undefined without ADMIN_TOKEN. */
  readonly recorder: { readonly record: AppParts['onFinished'][number] } | undefined
  /** Redis with the rate limit counters of all instances; undefined: each instance counts alone. */
  readonly redis: Redis | undefined
}

/** The HTTP server, which also logs, counts, records and traces finished requests. */
export interface HttpService {
  /** Opens the port. @returns the server's address, such as `http://127.0.0.1:9000` */
  listen(): Promise<string>
  /** Returns the base URL at which the listening server can call itself. */
  origin(): string
  /**
   * Waits for running requests; aborts them after `SHUTDOWN_GRACE_MS`, or when `forceStop` aborts.
   */
  drain(forceStop?: AbortSignal): Promise<void>
  /** Sends the remaining traces, and stops tracing. */
  close(): Promise<void>
}

/** Makes the HTTP server with its dispatcher, hooks and tracing. It does not listen yet. */
export async function makeHttpService(parts: HttpServiceParts): Promise<HttpService> {
  const { config, log, metrics, operations, recorder } = parts
  const isServed = ({ path }: ContractOperation): boolean => isConsoleServed(config) || !path.startsWith('/console')
  const dispatcher = await makeDispatcher(parts.contract, operations, isServed)
  const tracing = await loadTracing(parts)
  const traces = tracing && new RequestTracer(tracing)
  const optional = [recorder?.record, traces?.onFinished].filter((record) => record !== undefined)
  const app = await makeApp({
    ...parts,
    dispatcher,
    traces,
    settings: config,
    authenticate: makeAuthenticate(config),
    loadLimits: new LoadLimits(config),
    summarize: makeSummarize(parts),
    onFinished: [metrics.onFinished, makeLogRequests(log), ...optional],
  })
  return {
    listen: () => app.fastify.listen({ host: config.host, port: config.port, backlog: LISTEN_BACKLOG }),
    origin: () => ownOrigin(app.fastify.server),
    drain: (forceStop) => app.drain(config.shutdownGraceMs, forceStop),
    close: async () => tracing?.close(),
  }
}

/** The loopback address at which a server that listens on a wildcard address can call itself. */
const LOOPBACK_OF: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

function ownOrigin(server: Server): string {
  // The cast is safe: the address of a server that listens on TCP is an AddressInfo.
  const { address, port } = server.address() as AddressInfo
  const host = LOOPBACK_OF.get(address) ?? address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
