import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { protocolOf } from '../dispatch/protocol.js'
import { MALFORMED_URL_PATH } from '../dispatch/urls.js'
import type { Exchange, ExchangeEnd, Exchanges } from '../exchange/exchange.js'
import type { LogSink } from '../exchange/logSink.js'
import type { Metrics } from '../exchange/metrics.js'
import { toRequestId } from '../exchange/requestId.js'
import type { OnFinished, Summarize } from '../exchange/summary.js'
import type { BodyWatch } from './bodyPace.js'
import type { LoadLimits } from './loadLimits.js'

/** Dependencies of {@link addExchangeHooks}. */
export interface ExchangeParts {
  readonly exchanges: Exchanges
  readonly metrics: Metrics
  readonly loadLimits: LoadLimits
  readonly bodies: BodyWatch
  readonly log: Logger
  readonly summarize: Summarize
  /** Called with each finished request: log, metrics, console, traces. */
  readonly onFinished: readonly OnFinished[]
  /** True on Function Compute: its headers `x-fc-*` can be trusted, as clients cannot send them. */
  readonly isBehindGateway: boolean
  /** The destination of the log, to flush it; undefined if the log does not buffer lines. */
  readonly logSink?: LogSink | undefined
}

/** Gives each request an exchange and an id; at its end, releases its load, calls `onFinished`. */
export function addExchangeHooks(app: FastifyInstance, parts: ExchangeParts): void {
  const { exchanges, metrics, loadLimits, bodies, isBehindGateway } = parts
  app.decorateRequest('exchange')
  app.addHook('onRequest', (request, reply, done) => {
    const id = toRequestId(isBehindGateway ? request.headers['x-fc-request-id'] : undefined)
    metrics.begin()
    request.exchange = exchanges.begin(id, request.method, reply.raw, (exchange, end) => {
      bodies.end(exchange)
      if (exchange.hasBackgroundWork) void exchange.backgroundWork?.then(() => recordBackgroundWork(exchange, end, parts))
      else loadLimits.release(exchange)
      recordFinished(exchange, end, parts)
    })
    // canonicalUrl has replaced a malformed URL: only the original one shows which API was called.
    const url = request.url === MALFORMED_URL_PATH ? request.originalUrl : request.url
    const protocol = protocolOf({ url, headers: request.headers, isUnknown: request.is404 })
    request.exchange.protocol = protocol
    reply.header('x-request-id', id)
    if (protocol === 'anthropic') reply.header('request-id', id)
    if (exchanges.isDraining) reply.header('connection', 'close')
    done()
  })
}

function recordFinished(
  exchange: Exchange,
  end: ExchangeEnd,
  { exchanges, logSink, summarize, onFinished }: ExchangeParts,
  background?: true,
): void {
  const summary = summarize(exchange, end, background)
  for (const each of onFinished) each(summary, exchange)
  // Flushed now, because Function Compute may freeze the process right after the response.
  if (end.isCancelled || exchanges.count() === 0) logSink?.flush()
}

/** Reports an exchange again, with its tokens, when its background generation has ended. */
function recordBackgroundWork(exchange: Exchange, end: ExchangeEnd, parts: ExchangeParts): void {
  parts.loadLimits.release(exchange)
  recordFinished(exchange, { ...end, durationMs: performance.now() - exchange.arrivedAt }, parts, true)
}
