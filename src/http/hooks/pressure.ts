import { totalmem } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from '../exchange/exchange.js'
import { announcedBytes, isOfCaller } from './admission.js'

/** Bounds of {@link Pressure}. */
export interface PressureBounds {
  readonly maxConcurrentRequests: number
  /**
   * Bodies held at once, in bytes; undefined for as many as fit into the memory. A single body is
   * always accepted.
   */
  readonly maxInflightBodyBytes: number | undefined
  readonly bodyLimitBytes: number
  /** The memory of the function, in MB, on Function Compute. */
  readonly functionMegabytes?: number | undefined
}

/**
 * Limits the concurrent requests and the memory that they hold: what exceeds it is refused before
 * its body is read.
 */
export class Pressure {
  readonly #maxRequests: number
  readonly #maxBytes: number
  readonly #bodyLimitBytes: number
  readonly #held = new Map<Exchange, number>()
  #heldBytes = 0

  constructor({ maxConcurrentRequests, maxInflightBodyBytes, bodyLimitBytes, functionMegabytes }: PressureBounds) {
    this.#maxRequests = maxConcurrentRequests
    this.#maxBytes = maxInflightBodyBytes ?? bodyBytesThatFit(functionMegabytes)
    this.#bodyLimitBytes = bodyLimitBytes
  }

  /**
   * Accepts an exchange.
   *
   * @param bodyBytes - the length of its body; undefined where it is unknown, and counted as the
   *   largest
   * @throws ApiError 503 `server_overloaded`
   */
  take(exchange: Exchange, bodyBytes = this.#bodyLimitBytes): void {
    if (this.#held.size >= this.#maxRequests) throw apiError('server_overloaded')
    if (this.#heldBytes > 0 && this.#heldBytes + bodyBytes > this.#maxBytes) throw apiError('server_overloaded')
    this.#held.set(exchange, bodyBytes)
    this.#heldBytes += bodyBytes
  }

  /**
   * Counts further memory that an exchange holds. Has no effect where it has been released.
   *
   * @throws ApiError 503 `server_overloaded`
   */
  add(exchange: Exchange, bytes: number): void {
    const own = this.#held.get(exchange)
    if (own === undefined) return
    if (this.#heldBytes > own && this.#heldBytes + bytes > this.#maxBytes) throw apiError('server_overloaded')
    this.#held.set(exchange, own + bytes)
    this.#heldBytes += bytes
  }

  /** Releases the memory of an exchange. Has no effect for one that was never accepted. */
  release(exchange: Exchange): void {
    this.#heldBytes -= this.#held.get(exchange) ?? 0
    this.#held.delete(exchange)
  }
}

/** Refuses requests of callers with 503 while the process is at its capacity. */
export function addPressure(app: FastifyInstance, pressure: Pressure): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (isOfCaller(request)) pressure.take(request.exchange, announcedBytes(request))
    done()
  })
}

// The memory of the process without a request, and the copies of a body that exist at once: as
// bytes, as text, parsed, serialised, sent, and not yet collected as garbage. Measured at 6.2; see
// test/tools/load/images.test.ts.
const OWN_BYTES = 128 * 1_048_576
const COPIES = 8

/**
 * The bytes of bodies that fit into the memory of the function, of the container or of the machine.
 */
function bodyBytesThatFit(functionMegabytes: number | undefined): number {
  const limit = process.constrainedMemory()
  const available = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const memory = functionMegabytes === undefined ? available : functionMegabytes * 1_048_576
  return Math.max(0, Math.floor((memory - OWN_BYTES) / COPIES))
}
