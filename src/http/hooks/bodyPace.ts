import type { Socket } from 'node:net'
import { apiError } from '../../contract/errors.js'
import type { Exchange } from './exchange.js'

/** How slowly a body may come. */
export interface BodyPace {
  /** Before this time nothing is asked of it, in milliseconds. */
  readonly graceMs: number
  /** From then on, the mean of all the time since. */
  readonly bytesPerSecond: number
}

/** Watches the bodies that are on their way. */
export interface BodyWatch {
  /** From now on the body may not come too slowly, counted from the arrival of its exchange. */
  begin(exchange: Exchange, socket: Socket): void
  /** The body is here, or will never be; harmless for one that was never watched. */
  end(exchange: Exchange): void
}

// 64 kbit/s: below it, a few callers whose bodies never end would hold all places of an instance for as long as a request may take.
const PACE: BodyPace = { graceMs: 30_000, bytesPerSecond: 8_192 }
const LOOK_MS = 5_000

/** Makes the watch: one timer for all bodies, which runs only while some are on their way. */
export function makeBodyWatch({ graceMs, bytesPerSecond }: BodyPace = PACE): BodyWatch {
  const bodies = new Map<Exchange, { readonly socket: Socket; readonly bytesBefore: number }>()
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    for (const [{ arrivedAt, controller }, { socket, bytesBefore }] of bodies) {
      const lateMs = performance.now() - arrivedAt - graceMs
      if (lateMs > 0 && socket.bytesRead - bytesBefore < (lateMs / 1000) * bytesPerSecond)
        controller.abort(apiError('invalid_value', 'The request body arrived too slowly.'))
    }
    if (bodies.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    begin: (exchange, socket) => {
      bodies.set(exchange, { socket, bytesBefore: socket.bytesRead })
      timer ??= setInterval(look, Math.min(graceMs, LOOK_MS)).unref()
    },
    end: (exchange) => void bodies.delete(exchange),
  }
}
