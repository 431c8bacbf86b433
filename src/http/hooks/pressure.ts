import { totalmem } from 'node:os'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from './exchange.js'

/** Keeps the process within its means: what is too much is refused before its body is read. */
export interface Pressure {
  /**
   * Takes an exchange on.
   *
   * @param bodyBytes - the length that the request announces; undefined where it announces none, and the largest is assumed
   * @throws 503 `server_overloaded`
   */
  take(exchange: Exchange, bodyBytes: number | undefined): void
  /**
   * Counts what an exchange brings into memory beside its body; nothing for one that has ended meanwhile.
   *
   * @throws 503 `server_overloaded`
   */
  add(exchange: Exchange, bytes: number): void
  /** Lets go of what an exchange has held; harmless for one that was never taken on. */
  release(exchange: Exchange): void
}

/** Bounds of {@link makePressure}. */
export interface PressureBounds {
  readonly maxConcurrentRequests: number
  /** Bodies held at once, in bytes. One alone is always let in. */
  readonly maxInflightBodyBytes: number
  readonly bodyLimitBytes: number
}

/** Makes the guard. */
export function makePressure({ maxConcurrentRequests, maxInflightBodyBytes, bodyLimitBytes }: PressureBounds): Pressure {
  const held = new Map<Exchange, number>()
  let heldBytes = 0

  return {
    take: (exchange, bodyBytes = bodyLimitBytes) => {
      if (held.size >= maxConcurrentRequests) throw apiError('server_overloaded')
      if (heldBytes > 0 && heldBytes + bodyBytes > maxInflightBodyBytes) throw apiError('server_overloaded')
      held.set(exchange, bodyBytes)
      heldBytes += bodyBytes
    },
    add: (exchange, bytes) => {
      const own = held.get(exchange)
      if (own === undefined) return
      if (heldBytes > own && heldBytes + bytes > maxInflightBodyBytes) throw apiError('server_overloaded')
      held.set(exchange, own + bytes)
      heldBytes += bytes
    },
    release: (exchange) => {
      heldBytes -= held.get(exchange) ?? 0
      held.delete(exchange)
    },
  }
}

// What the process needs without a request, and how many copies of a body live at once on its way: as bytes, as text, parsed, written
// again, sent, and what the collector has not taken back yet. Measured at 6.2; see test/tools/load/images.test.ts.
const OWN_BYTES = 128 * 1_048_576
const COPIES = 8

/**
 * How many bytes of bodies fit into the memory of this process.
 *
 * @param functionMegabytes - the memory of the function, on Function Compute; elsewhere the limit of the container, else the machine counts
 */
export function bodyBytesThatFit(functionMegabytes: number | undefined): number {
  const limit = process.constrainedMemory()
  const available = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const memory = functionMegabytes === undefined ? available : functionMegabytes * 1_048_576
  return Math.max(0, Math.floor((memory - OWN_BYTES) / COPIES))
}
