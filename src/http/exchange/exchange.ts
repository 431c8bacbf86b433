import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AnswerMedia } from '../../contract/answerMedia.js'
import { CancelController } from '../../contract/cancelSignal.js'
import { type ApiError, ClientDisconnected } from '../../contract/errors.js'
import type { MediaBytes } from '../../contract/mediaBytes.js'
import type { Protocol } from '../../contract/protocol.js'
import type { RequestLog } from '../../contract/requestLog.js'

/** One request with its response. Times are milliseconds of `performance.now()`. */
export class Exchange {
  readonly arrivedAt = performance.now()
  readonly requestLog: RequestLog = {}
  /** Aborts when the client disconnects, the time limit is reached or the proxy stops. */
  readonly cancellation = new CancelController()
  /** The API of the request, which determines the error format; set by the first hook. */
  protocol: Protocol = 'openai'
  /** When the time limit of the exchange is reached; Infinity before it is set. */
  deadlineAt = Number.POSITIVE_INFINITY
  /** The timer that ends the exchange at its time limit. */
  timeLimitTimer: NodeJS.Timeout | undefined
  operationId: string | undefined
  /** Template of the path. The path itself is not logged, because it can contain any text. */
  route: string | undefined
  /** The name of the caller's token, or its short hash; undefined if no token is required. */
  caller: string | undefined
  /** The full hash of the caller's token; undefined if no token is required. */
  identity: string | undefined
  /** The loggable path of a 404 or 405: a known template or first segment, otherwise `other`. */
  path: string | undefined
  /** Generation that may outlive the exchange; until it settles, its memory counts as load. */
  backgroundWork: Promise<unknown> | undefined
  /** True from a call of `setBackgroundWork` until its promise settles. */
  hasBackgroundWork = false
  /** True once the caller has been authenticated, or if the operation requires no token. */
  isAuthorized = false
  /** True once the body of the request has been read. */
  isBodyRead = false
  /** The media for the placeholders in the parsed request body; undefined if it has none. */
  media: MediaBytes | undefined
  /** The media of answers; they replace their placeholders when the response is sent. */
  answerMedia: AnswerMedia | undefined
  /** True once an event stream has begun. */
  isStream = false
  /** When the first event of the stream was sent. */
  firstByteAt: number | undefined
  /** The failure that was sent to the client, as a response or at the end of its stream. */
  failure: ApiError | undefined
  /** Called with the HTTP status and awaited before the response ends; see addTracing. */
  beforeEnd: ((status: number) => Promise<void>) | undefined

  constructor(
    readonly id: string,
    readonly method: string,
  ) {}

  /** Sets a generation that may outlive the exchange. The promise must not reject. */
  setBackgroundWork(work: Promise<unknown>): void {
    this.hasBackgroundWork = true
    this.backgroundWork = work.finally(() => {
      this.hasBackgroundWork = false
    })
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

/** How an exchange ended. */
export interface ExchangeEnd {
  /** The HTTP status that was sent, or 499 if the client disconnected before the whole response. */
  readonly status: number
  readonly isCancelled: boolean
  readonly durationMs: number
}

/** The exchanges in flight, and whether the process accepts new ones. */
export class Exchanges {
  /** True once the process is about to stop: new requests are refused. */
  isDraining = false
  readonly #inFlight = new Set<Exchange>()
  readonly #closings = new WeakMap<Socket, Set<() => void>>()
  #waiting: (() => void)[] = []

  /**
   * Begins an exchange. `onEnd` is called in the same tick in which the connection closes: Function
   * Compute may freeze the instance right after.
   */
  begin(id: string, method: string, response: ServerResponse, onEnd: (exchange: Exchange, end: ExchangeEnd) => void): Exchange {
    const exchange = new Exchange(id, method)
    this.#inFlight.add(exchange)
    // Not request.signal: in Fastify 5, it aborts as soon as the body of a POST has been read.
    this.#onceClosed(response, () => {
      clearTimeout(exchange.timeLimitTimer)
      // `writableFinished` is also true if unsent bytes were dropped, once the socket is destroyed.
      const isCancelled = !response.writableFinished || response.req.socket.destroyed
      if (isCancelled) exchange.cancellation.abort(new ClientDisconnected())
      this.#forget(exchange)
      onEnd(exchange, {
        status: isCancelled ? 499 : response.statusCode,
        isCancelled,
        durationMs: performance.now() - exchange.arrivedAt,
      })
    })
    return exchange
  }

  /** The number of exchanges in flight. */
  count(): number {
    return this.#inFlight.size
  }

  /** The number of open event streams. */
  countStreams(): number {
    let streams = 0
    for (const { isStream } of this.#inFlight) if (isStream) streams += 1
    return streams
  }

  /** Aborts all exchanges in flight. */
  abortAll(reason: ApiError): void {
    for (const exchange of this.#inFlight) exchange.cancellation.abort(reason)
  }

  /** Resolves once no exchange is in flight. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#inFlight.size === 0) resolve()
      else this.#waiting.push(resolve)
    })
  }

  #forget(exchange: Exchange): void {
    this.#inFlight.delete(exchange)
    if (this.#inFlight.size > 0) return
    for (const resolve of this.#waiting) resolve()
    this.#waiting = []
  }

  /** Calls `callback` once: when the response closes or, if pipelined, when its connection does. */
  #onceClosed(response: ServerResponse, callback: () => void): void {
    const { socket } = response.req
    const waiting = this.#closings.get(socket) ?? new Set()
    const end = (): void => {
      if (waiting.delete(end)) callback()
    }
    waiting.add(end)
    response.once('close', end)
    if (this.#closings.has(socket)) return
    this.#closings.set(socket, waiting)
    socket.once('close', makeCallAll(waiting))
  }
}

/**
 * Makes a listener that calls all callbacks. An inline closure would keep the first request of a
 * connection and its response in memory until the connection closes.
 */
const makeCallAll = (callbacks: ReadonlySet<() => void>) => (): void => {
  for (const callback of callbacks) callback()
}
