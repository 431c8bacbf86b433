import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { TracedSpan, Tracing } from '../../tracing/tracing.js'
import type { Exchange } from '../exchange/exchange.js'
import type { OnFinished, Summarize } from '../exchange/summary.js'

/** Dependencies of {@link addTracing}. */
export interface TracingHookParts {
  readonly traces: RequestTracer
  readonly summarize: Summarize
  /** True on Function Compute, which freezes a process as soon as it has no request in flight. */
  readonly isFrozenWhenIdle: boolean
}

/** Records each finished request as a trace span. */
export class RequestTracer {
  readonly #spans = new WeakMap<Exchange, TracedSpan>()
  readonly #parents = new WeakMap<Exchange, string>()

  constructor(readonly tracing: Tracing) {}

  /** Stores the client's header `traceparent`, if it is sent, until the request has ended. */
  begin(exchange: Exchange, traceparent: unknown): void {
    if (typeof traceparent === 'string') this.#parents.set(exchange, traceparent)
  }

  readonly onFinished: OnFinished = (summary, exchange) => {
    const earlierSpan = this.#spans.get(exchange)
    if (earlierSpan !== undefined && summary.background !== true) return
    const { firstCallAt } = exchange.requestLog
    const calledAfterMs = firstCallAt === undefined ? undefined : firstCallAt - exchange.arrivedAt
    const traceparent = this.#parents.get(exchange)
    this.#spans.set(
      exchange,
      this.tracing.record({ summary, traceparent, calledAfterMs, isStillGenerating: exchange.hasBackgroundWork, earlierSpan }),
    )
  }
}

/**
 * Traces each request. If the process may be frozen once it is idle, the end of the last response
 * in flight waits, for a second at most, until the spans have been sent: a frozen process sends
 * nothing, and may never continue.
 */
export function addTracing(app: FastifyInstance, { traces, summarize, isFrozenWhenIdle }: TracingHookParts): void {
  let open = 0
  app.addHook('onRequest', (request, reply, done) => {
    const { exchange } = request
    traces.begin(exchange, request.headers.traceparent)
    if (isFrozenWhenIdle) {
      open += 1
      let isOpen = true
      const close = (): void => {
        if (isOpen) open -= 1
        isOpen = false
      }
      reply.raw.once('close', close)
      exchange.beforeEnd = async (status) => {
        // Waits a turn of the event loop for the tokens: a generation reports them after its end.
        if (exchange.hasBackgroundWork) await setImmediate()
        if (!isOpen) return
        close()
        const durationMs = performance.now() - exchange.arrivedAt
        traces.onFinished(summarize(exchange, { status, isCancelled: false, durationMs }), exchange)
        if (open === 0) await traces.tracing.flush()
      }
    }
    done()
  })
  if (!isFrozenWhenIdle) return
  app.addHook('onSend', async ({ exchange }, reply) => {
    await exchange.beforeEnd?.(reply.statusCode)
  })
}
