import type { Socket } from 'node:net'
import { invalidRequest } from '../errors.js'
import type { Exchange } from './exchange.js'

/** How slowly a body may come. */
export interface BodyPace {
  /** Before this time nothing is asked of it, in milliseconds. */
  readonly graceMs: number
  /** From then on, the mean of all the time since. */
  readonly bytesPerSecond: number
}

// 64 kbit/s: below it, a few callers whose bodies never end would hold all places of an instance for as long as a request may take.
const PACE: BodyPace = { graceMs: 30_000, bytesPerSecond: 8_192 }
const LOOK_MS = 5_000

/** Ends an exchange whose body comes too slowly, counted from its arrival. */
export function startBodyPace(exchange: Exchange, socket: Socket, { graceMs, bytesPerSecond }: BodyPace = PACE): void {
  const { controller, arrivedAt } = exchange
  const before = socket.bytesRead
  const look = setInterval(
    () => {
      const lateMs = performance.now() - arrivedAt - graceMs
      if (exchange.isRead || controller.signal.aborted) clearInterval(look)
      else if (lateMs > 0 && socket.bytesRead - before < (lateMs / 1000) * bytesPerSecond)
        controller.abort(invalidRequest('invalid_value', 'The body of the request came too slowly.'))
    },
    Math.min(graceMs, LOOK_MS),
  )
  look.unref()
}
