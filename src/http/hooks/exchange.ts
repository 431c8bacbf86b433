import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Exchanges } from '../exchange/exchange.js'
import { logExchange } from '../exchange/logExchange.js'
import type { LogSink } from '../exchange/logSink.js'
import type { Metrics } from '../exchange/metrics.js'
import { toRequestId } from '../exchange/requestId.js'
import type { BodyWatch } from './bodyPace.js'
import type { Pressure } from './pressure.js'

/** What {@link addExchangeHooks} needs. */
export interface ExchangeParts {
  readonly exchanges: Exchanges
  readonly metrics: Metrics
  readonly pressure: Pressure
  readonly bodies: BodyWatch
  readonly log: Logger
  /** True on Function Compute, which removes the headers `x-fc-*` of clients. */
  readonly isBehindGateway: boolean
  /** Where the log is written; undefined where the log does not buffer lines. */
  readonly logSink?: LogSink | undefined
}

/** Gives each request its exchange and id; at its end releases what it held, counts and logs it. */
export function addExchangeHooks(app: FastifyInstance, parts: ExchangeParts): void {
  const { exchanges, metrics, pressure, bodies, log, logSink, isBehindGateway } = parts
  app.decorateRequest('exchange')
  app.addHook('onRequest', (request, reply, done) => {
    const id = toRequestId(isBehindGateway ? request.headers['x-fc-request-id'] : undefined)
    metrics.begin()
    request.exchange = exchanges.begin(id, request.method, reply.raw, (exchange, end) => {
      bodies.end(exchange)
      if (exchange.keptUntil === undefined) pressure.release(exchange)
      else void exchange.keptUntil.finally(() => pressure.release(exchange))
      metrics.end(exchange, end)
      logExchange(log, exchange, end)
      // Function Compute may freeze the process right after.
      if (end.isCancelled || exchanges.count() === 0) logSink?.flush()
    })
    reply.header('x-request-id', id)
    if (exchanges.isDraining) reply.header('connection', 'close')
    done()
  })
}
