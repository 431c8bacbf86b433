import type { FastifyInstance } from 'fastify'
import { bodyBytesThatFit } from '../../config/memory.js'
import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from '../exchange/exchange.js'
import { announcedBytes, requiresCallerToken } from './admission.js'

/** Settings of {@link LoadLimits}. `maxInflightBodyBytes` depends on the memory by default. */
export type LoadSettings = Pick<Config, 'maxConcurrentRequests' | 'maxInflightBodyBytes' | 'bodyLimitBytes'> &
  Partial<Pick<Config, 'functionMegabytes'>>

/**
 * Limits the concurrent requests and the memory that they use: further requests are refused before
 * their body is read. Whatever its size, a request is accepted while no other one uses memory.
 */
export class LoadLimits {
  readonly #maxBytes: number
  readonly #held = new Map<Exchange, number>()
  #heldBytes = 0

  constructor(private readonly bounds: LoadSettings) {
    this.#maxBytes = bounds.maxInflightBodyBytes ?? bodyBytesThatFit(bounds.functionMegabytes)
  }

  /** Adds an exchange to the load, by default as the largest body. @throws ApiError 503 if full */
  admit(exchange: Exchange, bodyBytes = this.bounds.bodyLimitBytes): void {
    if (this.#held.size >= this.bounds.maxConcurrentRequests) throw apiError('server_overloaded')
    if (this.#heldBytes > 0 && this.#heldBytes + bodyBytes > this.#maxBytes) throw apiError('server_overloaded')
    this.#held.set(exchange, bodyBytes)
    this.#heldBytes += bodyBytes
  }

  /** Adds units of 8 bytes to the load of an exchange in progress. @throws ApiError 503 if full */
  countMemory(exchange: Exchange, units: number): void {
    const own = this.#held.get(exchange)
    if (own === undefined) return
    if (this.#heldBytes > own && this.#heldBytes + units > this.#maxBytes) throw apiError('server_overloaded')
    this.#held.set(exchange, own + units)
    this.#heldBytes += units
  }

  /** Lowers the load of an exchange to the size of its body, which is known once it is read. */
  settle(exchange: Exchange, bodyBytes: number): void {
    const own = this.#held.get(exchange)
    if (own === undefined || own <= bodyBytes) return
    this.#held.set(exchange, bodyBytes)
    this.#heldBytes += bodyBytes - own
  }

  /** Removes an exchange from the load. Has no effect if the exchange was never added. */
  release(exchange: Exchange): void {
    this.#heldBytes -= this.#held.get(exchange) ?? 0
    this.#held.delete(exchange)
  }
}

/** Adds a hook that refuses requests of callers with 503 while the load limits are reached. */
export function addLoadLimits(app: FastifyInstance, limits: LoadLimits): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (requiresCallerToken(request)) limits.admit(request.exchange, announcedBytes(request))
    done()
  })
}
