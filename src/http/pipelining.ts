import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// Most requests of one connection that run at once. Further ones are not even parsed, except those
// that arrive in the same 4 KB.
const MOST_AT_ONCE = 16
const SLICE_BYTES = 4_096
// Bytes to read ahead from a connection that waits: without reading, its end would go unnoticed.
const READ_AHEAD_BYTES = 16_384
// Most unanswered requests of the process, at 2 to 10 KB each. Beyond it, pipelining is refused.
const MOST_UNANSWERED = 10_000

type Listener = (request: IncomingMessage, response: ServerResponse) => void
type ErrorListener = (error: NodeJS.ErrnoException, socket: Socket) => void

/**
 * Bounds the requests that clients send without waiting for responses. Node.js would parse and
 * begin all requests of one read at once, thousands of them, of callers without a token too.
 *
 * @param onRefused - called when a connection is closed because the process has too many requests
 */
export function limitPipelining(server: Server, onRefused: () => void): void {
  const [serve] = server.listeners('request') as Listener[]
  if (serve === undefined) throw new Error('The server has no request listener yet.')
  server.removeListener('request', serve)
  const pipelines = new WeakMap<Socket, Pipeline>()
  let unanswered = 0
  const count = (change: number): void => {
    unanswered += change
  }
  server.on('connection', (socket) => pipelines.set(socket, new Pipeline(socket, count)))
  server.on('request', (request, response) => {
    const { socket } = request
    const pipeline = pipelines.get(socket)
    if (pipeline === undefined || socket.destroyed) return
    if (pipeline.isBusy() && unanswered >= MOST_UNANSWERED) {
      socket.destroy()
      onRefused()
    } else pipeline.add(request, response, () => serve.call(server, request, response))
  })
  forgiveWaiting(server, pipelines)
}

/**
 * Ignores the header timeout of a request whose headers are late only because its bytes wait in the
 * Pipeline. Node.js reports the timeout once for each request.
 */
function forgiveWaiting(server: Server, pipelines: WeakMap<Socket, Pipeline>): void {
  const [refuse] = server.listeners('clientError') as ErrorListener[]
  if (refuse === undefined) throw new Error('The server has no listener for client errors yet.')
  server.removeListener('clientError', refuse)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT' || !pipelines.get(socket)?.isWithholding()) refuse.call(server, error, socket)
  })
}

/** The requests of one connection, and the bytes received behind them. */
class Pipeline {
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** Bytes that have not been parsed yet; null is the end of the connection. */
  readonly #unread: (Uint8Array | null)[] = []
  #unreadBytes = 0
  /** The request that was parsed last. */
  #latest: IncomingMessage | undefined
  readonly #push: (chunk: unknown, encoding?: BufferEncoding) => boolean
  #turn: NodeJS.Immediate | undefined

  /** @param count - called with each change of the number of unanswered requests */
  constructor(
    private readonly socket: Socket,
    private readonly count: (change: number) => void,
  ) {
    // With this listener, Node.js parses the pushed bytes; it does not read the socket directly.
    socket.on('data', () => undefined)
    this.#push = socket.push.bind(socket)
    const read = socket._read.bind(socket)
    socket.push = (chunk: Uint8Array | null) => {
      // Node.js ends the running requests on a half-close: waiting ones could not be answered.
      if (chunk === null && this.isWithholding()) return this.#end()
      this.#unread.push(chunk)
      this.#unreadBytes += chunk?.length ?? 0
      return this.#parse()
    }
    socket._read = (size) => {
      if (this.#unreadBytes < READ_AHEAD_BYTES) read(size)
    }
    socket.once('close', () => this.#close())
  }

  /** True while a request is unanswered. */
  isBusy(): boolean {
    return this.#running + this.#waiting.length > 0
  }

  /** True while received bytes have to wait until requests are answered. */
  isWithholding(): boolean {
    // The body of a running request is never withheld.
    return this.#running >= MOST_AT_ONCE && (this.#waiting.length > 0 || this.#latest?.complete !== false)
  }

  /** Begins a request, at once or when fewer than sixteen run. */
  add(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
    this.count(1)
    this.#latest = request
    response.once('close', () => this.#onAnswered())
    if (this.#running >= MOST_AT_ONCE) this.#waiting.push(begin)
    else this.#begin(begin)
  }

  #begin(begin: () => void): void {
    this.#running += 1
    begin()
  }

  #onAnswered(): void {
    if (this.#running === 0) return // the connection has closed
    this.#running -= 1
    this.count(-1)
    if (this.#waiting.length + this.#unread.length === 0) return
    // In a later turn, so that the requests of one connection do not starve all others.
    this.#turn ??= setImmediate(() => this.#continue())
  }

  #continue(): void {
    this.#turn = undefined
    // A response with `Connection: close` has ended the connection: later requests are discarded.
    if (!this.socket.writable) return
    while (this.#running < MOST_AT_ONCE && this.#waiting.length > 0) this.#begin(this.#waiting.shift() ?? (() => undefined))
    this.#parse()
  }

  /** Parses waiting bytes. @returns false if the connection should not be read for now */
  #parse(): boolean {
    let isWanted = true
    while (this.#unread.length > 0 && !this.isWithholding() && !this.socket.destroyed) {
      const [chunk = null] = this.#unread
      const slice = chunk?.subarray(0, SLICE_BYTES) ?? null
      if (chunk === null || chunk.length <= SLICE_BYTES) this.#unread.shift()
      else this.#unread[0] = chunk.subarray(SLICE_BYTES)
      this.#unreadBytes -= slice?.length ?? 0
      isWanted = this.#push(slice)
    }
    return isWanted && this.#unreadBytes < READ_AHEAD_BYTES
  }

  #end(): boolean {
    this.#unread.length = 0
    this.#unreadBytes = 0
    return this.#push(null)
  }

  #close(): void {
    this.count(-this.#running - this.#waiting.length)
    this.#running = 0
    this.#waiting.length = 0
    this.#unread.length = 0
    this.#unreadBytes = 0
    clearImmediate(this.#turn)
  }
}
