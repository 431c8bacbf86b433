import type { FastifyInstance } from 'fastify'
import { bodyBytesThatFit } from '../../config/memory.js'
import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from '../exchange/exchange.js'
import { announcedBytes, requiresCallerToken } from './admission.js'

/** Settings of {@link Pressure}; `maxInflightBodyBytes` is by default derived from the memory. */
export type PressureBounds = Pick<Config, 'maxConcurrentRequests' | 'maxInflightBodyBytes' | 'bodyLimitBytes'> &
  Partial<Pick<Config, 'functionMegabytes'>>

/**
 * Limits the concurrent requests and the memory that they use: further requests are refused before
 * their body is read. A request is always accepted while no other uses memory.
 */
export class Pressure {
  readonly #maxBytes: number
  readonly #held = new Map<Exchange, number>()
  #heldBytes = 0

  constructor(private readonly bounds: PressureBounds) {
    this.#maxBytes = bounds.maxInflightBodyBytes ?? bodyBytesThatFit(bounds.functionMegabytes)
  }

  /** Accepts an exchange; a body of unknown length counts as the largest. @throws ApiError 503 */
  take(exchange: Exchange, bodyBytes = this.bounds.bodyLimitBytes): void {
    if (this.#held.size >= this.bounds.maxConcurrentRequests) throw apiError('server_overloaded')
    if (this.#heldBytes > 0 && this.#heldBytes + bodyBytes > this.#maxBytes) throw apiError('server_overloaded')
    this.#held.set(exchange, bodyBytes)
    this.#heldBytes += bodyBytes
  }

  /** Counts further memory of an exchange, unless it has been released. @throws ApiError 503 */
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
    if (requiresCallerToken(request)) pressure.take(request.exchange, announcedBytes(request))
    done()
  })
}
