import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// Requests of one connection that are processed at once. Further ones are not even parsed, except
// those that arrive in the same 4 KB.
const MOST_AT_ONCE = 16
const SLICE_BYTES = 4_096
// Unanswered requests of the process, at 2 to 10 KB each. Beyond it connections cannot pipeline.
const MOST_UNANSWERED = 10_000

type Listener = (request: IncomingMessage, response: ServerResponse) => void

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
    } else pipeline.add(response, () => serve.call(server, request, response))
  })
}

/** The requests of one connection, and what has been received behind them. */
class Pipeline {
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** Bytes that have not been parsed yet; null is the end of the connection. */
  readonly #unread: (Uint8Array | null)[] = []
  readonly #push: (chunk: unknown, encoding?: BufferEncoding) => boolean
  #turn: NodeJS.Immediate | undefined

  /** @param count - called with each change of the number of unanswered requests */
  constructor(
    private readonly socket: Socket,
    private readonly count: (change: number) => void,
  ) {
    // Node.js then parses what is pushed, and does not read the connection past this class.
    socket.on('data', () => undefined)
    this.#push = socket.push.bind(socket)
    const read = socket._read.bind(socket)
    socket.push = (chunk: Uint8Array | null) => {
      this.#unread.push(chunk)
      return this.#parse()
    }
    socket._read = (size) => {
      if (this.#unread.length === 0) read(size)
    }
    socket.once('close', () => this.#close())
  }

  /** True while a request is unanswered. */
  isBusy(): boolean {
    return this.#running + this.#waiting.length > 0
  }

  /** Begins a request now, or once fewer than sixteen run. */
  add(response: ServerResponse, begin: () => void): void {
    this.count(1)
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
    // Not at once: the requests of one connection would keep out all others.
    this.#turn ??= setImmediate(() => this.#continue())
  }

  #continue(): void {
    this.#turn = undefined
    // Ended by a response with `Connection: close`: what is behind it is discarded.
    if (!this.socket.writable) return
    while (this.#running < MOST_AT_ONCE && this.#waiting.length > 0) this.#begin(this.#waiting.shift() ?? (() => undefined))
    this.#parse()
  }

  /** @returns false where the connection should not be read */
  #parse(): boolean {
    let isWanted = false
    while (this.#unread.length > 0 && this.#running < MOST_AT_ONCE && !this.socket.destroyed) {
      const [chunk = null] = this.#unread
      if (chunk === null || chunk.length <= SLICE_BYTES) this.#unread.shift()
      else this.#unread[0] = chunk.subarray(SLICE_BYTES)
      isWanted = this.#push(chunk?.subarray(0, SLICE_BYTES) ?? null)
    }
    return isWanted && this.#unread.length === 0
  }

  #close(): void {
    this.count(-this.#running - this.#waiting.length)
    this.#running = 0
    this.#waiting.length = 0
    this.#unread.length = 0
    clearImmediate(this.#turn)
  }
}
