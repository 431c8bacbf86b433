import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ApiError, ClientGone } from '../../contract/errors.js'
import type { RequestLog } from '../../contract/requestLog.js'

/** One request and its answer, as the log and the metrics will tell of them. */
export interface Exchange {
  readonly id: string
  readonly method: string
  /** Time of arrival, in milliseconds of `performance.now()`. */
  readonly arrivedAt: number
  readonly requestLog: RequestLog
  /** Aborts when the client leaves, the time is up, or the process ends; its reason says which. */
  readonly controller: AbortController
  /** When its time is up, in milliseconds of `performance.now()`. */
  deadlineAt: number
  operationId: string | undefined
  /** The path's template, never the path itself: callers write that. */
  route: string | undefined
  /** A name, or a short hash of the token; undefined where no token is needed. */
  caller: string | undefined
  /** Hash of the token, in full; undefined where no token is needed. */
  identity: string | undefined
  /** What goes on for the exchange after its end: it holds its share of the memory until then. */
  keptUntil: Promise<unknown> | undefined
  /** True once the gate has let the caller in. */
  isAuthorized: boolean
  /** True once the whole request has arrived. */
  isRead: boolean
  /** True once an event stream has begun. */
  isStream: boolean
  /** When the first event went out, in milliseconds of `performance.now()`. */
  firstByteAt: number | undefined
  /** What the client was told had gone wrong. */
  failure: ApiError | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

/** All exchanges that are under way. */
export interface Exchanges {
  /**
   * Begins an exchange. When its connection closes, `onEnd` is called at once, in the same tick: an instance of
   * Function Compute may be frozen right after.
   */
  begin(id: string, method: string, response: ServerResponse, onEnd: (exchange: Exchange, end: ExchangeEnd) => void): Exchange
  /** How many are under way. */
  count(): number
  /** Aborts all of them. */
  abortAll(reason: ApiError): void
  /** Resolves once none is under way. */
  idle(): Promise<void>
}

/** How an exchange ended. */
export interface ExchangeEnd {
  /** The status sent, or 499 where the client left before the end. */
  readonly status: number
  readonly isCancelled: boolean
  readonly durationMs: number
}

/** Makes the register of exchanges. */
export function makeExchanges(): Exchanges {
  const underWay = new Set<Exchange>()
  const onceClosed = makeOnceClosed()
  let waiting: (() => void)[] = []

  const forget = (exchange: Exchange): void => {
    underWay.delete(exchange)
    if (underWay.size > 0) return
    for (const resolve of waiting) resolve()
    waiting = []
  }

  return {
    begin: (id, method, response, onEnd) => {
      const exchange = newExchange(id, method)
      underWay.add(exchange)
      // Not request.signal: in Fastify 5 it aborts as soon as the body of a POST has been read.
      onceClosed(response, () => {
        const isCancelled = !response.writableFinished
        if (isCancelled && !exchange.controller.signal.aborted) exchange.controller.abort(new ClientGone())
        forget(exchange)
        onEnd(exchange, {
          status: isCancelled ? 499 : response.statusCode,
          isCancelled,
          durationMs: performance.now() - exchange.arrivedAt,
        })
      })
      return exchange
    },
    count: () => underWay.size,
    abortAll: (reason) => {
      for (const exchange of underWay) exchange.controller.abort(reason)
    },
    idle: () => new Promise((resolve) => (underWay.size === 0 ? resolve() : waiting.push(resolve))),
  }
}

/**
 * Makes the wait for the end of an answer.
 *
 * An answer that still queues behind another of its connection ends with the connection; Node.js does not tell it.
 */
function makeOnceClosed(): (response: ServerResponse, callback: () => void) => void {
  const ofConnection = new WeakMap<Socket, Set<() => void>>()

  return (response, callback) => {
    const { socket } = response.req
    const waiting = ofConnection.get(socket) ?? new Set()
    const end = (): void => {
      if (waiting.delete(end)) callback()
    }
    waiting.add(end)
    response.once('close', end)
    if (ofConnection.has(socket)) return
    ofConnection.set(socket, waiting)
    socket.once('close', () => {
      for (const each of waiting) each()
    })
  }
}

const newExchange = (id: string, method: string): Exchange => ({
  id,
  method,
  arrivedAt: performance.now(),
  requestLog: {},
  controller: new AbortController(),
  deadlineAt: Number.POSITIVE_INFINITY,
  operationId: undefined,
  route: undefined,
  caller: undefined,
  identity: undefined,
  isAuthorized: false,
  keptUntil: undefined,
  isRead: false,
  isStream: false,
  firstByteAt: undefined,
  failure: undefined,
})
