import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from '../exchange/exchange.js'
import { announcedBytes } from './admission.js'

/** The slowest pace at which a request body may arrive. */
export interface BodyPace {
  /** Milliseconds after the arrival of a request during which any pace is accepted. */
  readonly graceMs: number
  /** Smallest average pace, counted from the end of the grace time. */
  readonly bytesPerSecond: number
}

// At least 64 kbit/s: an endless body could otherwise occupy an instance until its time limit.
const PACE: BodyPace = { graceMs: 30_000, bytesPerSecond: 8_192 }
const CHECK_MS = 5_000

/** Aborts requests whose body arrives too slowly. One timer watches all bodies that arrive. */
export class BodyWatch {
  readonly #bodies = new Map<Exchange, { readonly socket: Socket; readonly bytesBefore: number }>()
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly pace: BodyPace = PACE) {}

  /** Begins to watch a body, and aborts its exchange if the body arrives too slowly. */
  begin(exchange: Exchange, socket: Socket): void {
    this.#bodies.set(exchange, { socket, bytesBefore: socket.bytesRead })
    this.#timer ??= setInterval(() => this.#check(), Math.min(this.pace.graceMs, CHECK_MS)).unref()
  }

  /** Ends watching a body. Has no effect for an exchange that is not watched. */
  end(exchange: Exchange): void {
    this.#bodies.delete(exchange)
  }

  #check(): void {
    for (const [{ arrivedAt, cancellation }, { socket, bytesBefore }] of this.#bodies) {
      const lateMs = performance.now() - arrivedAt - this.pace.graceMs
      if (lateMs > 0 && socket.bytesRead - bytesBefore < (lateMs / 1000) * this.pace.bytesPerSecond)
        cancellation.abort(apiError('invalid_value', 'The request body arrived too slowly.'))
    }
    if (this.#bodies.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** Adds hooks that watch each request body until it has been read. */
export function addBodyPace(app: FastifyInstance, bodies: BodyWatch): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (announcedBytes(request) !== 0) bodies.begin(request.exchange, request.raw.socket)
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    request.exchange.isBodyRead = true
    bodies.end(request.exchange)
    done()
  })
}
