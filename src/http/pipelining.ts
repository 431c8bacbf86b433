import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// Maximum number of requests of one connection that run at once. Later pipelined requests stay
// unparsed, except those in the same 4 KB of data.
const MAX_RUNNING_REQUESTS = 16
const SLICE_BYTES = 4_096
// Bytes to read while requests wait: without reading, Node.js would not notice a disconnection.
const READ_AHEAD_BYTES = 16_384
// Maximum number of unanswered requests of all connections; each takes 2 to 10 KB of memory. While
// it is reached, a connection that pipelines is closed.
const MAX_UNANSWERED = 10_000

type Listener = (request: IncomingMessage, response: ServerResponse) => void
type ErrorListener = (error: NodeJS.ErrnoException, socket: Socket) => void

/**
 * Limits HTTP pipelining: requests that a client sends without waiting for responses. Node.js would
 * start all requests of one network read at once: thousands, even of clients without a token.
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
    if (pipeline.isBusy() && unanswered >= MAX_UNANSWERED) {
      socket.destroy()
      onRefused()
    } else pipeline.add(request, response, () => serve.call(server, request, response))
  })
  delayHeaderTimeouts(server, pipelines)
}

/**
 * Delays the error for late request headers while earlier requests of the connection run: it would
 * be sent in the middle of their responses, and the missing bytes may only be waiting in a
 * {@link Pipeline}. The error is not dropped: Node.js reports it only once for each request.
 */
function delayHeaderTimeouts(server: Server, pipelines: WeakMap<Socket, Pipeline>): void {
  const [refuse] = server.listeners('clientError') as ErrorListener[]
  if (refuse === undefined) throw new Error('The server has no listener for client errors yet.')
  server.removeListener('clientError', refuse)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const pipeline = pipelines.get(socket)
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && pipeline?.isBusy()) pipeline.onceIdle(() => refuse.call(server, error, socket))
    else refuse.call(server, error, socket)
  })
}

/** The pipelined requests of one connection, and its received bytes that are not parsed yet. */
class Pipeline {
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** Received chunks that are not parsed yet; null marks the end of the client's data. */
  readonly #unread: (Uint8Array | null)[] = []
  #unreadBytes = 0
  /** The request that was parsed last; its body may still be arriving. */
  #latest: IncomingMessage | undefined
  readonly #push: (chunk: unknown, encoding?: BufferEncoding) => boolean
  #turn: NodeJS.Immediate | undefined
  #onIdle: (() => void) | undefined

  /** @param count - adds a number to the count of the process's unanswered requests */
  constructor(
    private readonly socket: Socket,
    private readonly count: (change: number) => void,
  ) {
    // With a `data` listener, Node.js parses only what is passed to `push`, which can hold it back.
    // Without one, it parses what it reads from the socket itself.
    socket.on('data', () => undefined)
    this.#push = socket.push.bind(socket)
    const read = socket._read.bind(socket)
    socket.push = (chunk: Uint8Array | null) => {
      // After a half-close, Node.js ends the running requests. Waiting bytes are discarded, because
      // their requests could not be answered.
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

  /** True while a request of this connection is unanswered. */
  isBusy(): boolean {
    return this.#running + this.#waiting.length > 0
  }

  /** Calls `callback` once all requests of the connection are answered, unless one more arrives. */
  onceIdle(callback: () => void): void {
    this.#onIdle = callback
  }

  /** True while received bytes have to wait until requests are answered. */
  isWithholding(): boolean {
    // The body of a running request is never withheld: the request could not finish without it.
    return this.#running >= MAX_RUNNING_REQUESTS && (this.#waiting.length > 0 || this.#latest?.complete !== false)
  }

  /** Starts a request with `begin`: at once, or when fewer than sixteen requests run. */
  add(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
    this.count(1)
    this.#latest = request
    this.#onIdle = undefined
    response.once('close', () => this.#onAnswered())
    if (this.#running >= MAX_RUNNING_REQUESTS) this.#waiting.push(begin)
    else this.#begin(begin)
  }

  #begin(begin: () => void): void {
    this.#running += 1
    begin()
  }

  #onAnswered(): void {
    if (this.#running === 0) return // the connection has already closed
    this.#running -= 1
    this.count(-1)
    if (this.#waiting.length + this.#unread.length === 0) this.#callIfIdle()
    // Continues in a later turn of the event loop, so that one connection does not block others.
    else this.#turn ??= setImmediate(() => this.#continue())
  }

  #continue(): void {
    this.#turn = undefined
    // A response with `Connection: close` has ended the connection: later requests are discarded.
    if (!this.socket.writable) return
    while (this.#running < MAX_RUNNING_REQUESTS && this.#waiting.length > 0) this.#begin(this.#waiting.shift() ?? (() => undefined))
    this.#parse()
    this.#callIfIdle()
  }

  #callIfIdle(): void {
    if (this.isBusy() || this.#onIdle === undefined) return
    this.#onIdle()
    this.#onIdle = undefined
  }

  /** Parses waiting bytes. @returns false if reading from the socket should pause */
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
