import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AnswerMedia } from '../../contract/answerMedia.js'
import { Cancellation } from '../../contract/cancelSignal.js'
import { type ApiError, ClientGone } from '../../contract/errors.js'
import type { MediaBytes } from '../../contract/mediaBytes.js'
import type { Protocol } from '../../contract/protocol.js'
import type { RequestLog } from '../../contract/requestLog.js'

/** One request with its response, as hooks, log and metrics see it. Times: `performance.now()`. */
export class Exchange {
  readonly arrivedAt = performance.now()
  readonly requestLog: RequestLog = {}
  /** Aborts on disconnection, at the time limit or at shutdown; its reason is the error. */
  readonly cancellation = new Cancellation()
  /** The API of the request; set by the first hook. */
  protocol: Protocol = 'openai'
  /** When the time limit of the exchange is reached. */
  deadlineAt = Number.POSITIVE_INFINITY
  /** The timer that ends the exchange at its time limit. */
  timeLimit: NodeJS.Timeout | undefined
  operationId: string | undefined
  /** The template of the path. Never the path itself, which can contain anything. */
  route: string | undefined
  /** The name of the caller's token, or its short hash; undefined if no token is required. */
  caller: string | undefined
  /** The full hash of the caller's token; undefined if no token is required. */
  identity: string | undefined
  /** Path of a 404 or 405: template of a known path, else a known first segment, or `other`. */
  path: string | undefined
  /** Work that may outlive the exchange; its memory stays counted until this settles. */
  keptUntil: Promise<unknown> | undefined
  /** True from the call of `keep` until `keptUntil` settles. */
  isKept = false
  /** True once the caller has been authenticated, or needs no token. */
  isAuthorized = false
  /** True once the whole request has been read. */
  isRead = false
  /** The media of the placeholders in the parsed body. */
  media: MediaBytes | undefined
  /** The media of answers, which replace their placeholders on sending. */
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

  /** Sets the work that may outlive the exchange. The promise must not reject. */
  keep(work: Promise<unknown>): void {
    this.isKept = true
    this.keptUntil = work.finally(() => {
      this.isKept = false
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
  /** The HTTP status that was sent, or 499 if the client disconnected before the end. */
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
    // Not request.signal: in Fastify 5 it aborts as soon as the body of a POST has been read.
    this.#onceClosed(response, () => {
      clearTimeout(exchange.timeLimit)
      const isCancelled = !response.writableFinished
      if (isCancelled) exchange.cancellation.abort(new ClientGone())
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
  idle(): Promise<void> {
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

  /** Calls back once: when the response closes, or its connection, as for pipelined responses. */
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
    socket.once('close', allOf(waiting))
  }
}

/**
 * Makes a listener that calls all callbacks. Written inline, it would keep the first request of a
 * connection and its response in memory until the connection closes.
 */
const allOf = (callbacks: ReadonlySet<() => void>) => (): void => {
  for (const callback of callbacks) callback()
}
