import { vi } from 'vitest'
import type { RedisServer } from './redis.js'

/**
 * Stops the clock of this process until {@link startClock}: timers fire only by {@link letPass},
 * independent of the machine's speed. Node.js's own timers, such as those of sockets and of
 * `node:timers/promises`, keep running.
 */
export const stopClock = (): void => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    shouldClearNativeTimers: true,
  })
}

/** Starts the clock again. */
export const startClock = (): void => void vi.useRealTimers()

/** Advances the clock of this process and of a Redis. @param ms - in milliseconds */
export async function letPass(ms: number, redis?: RedisServer): Promise<void> {
  await redis?.age(ms)
  await vi.advanceTimersByTimeAsync(ms)
}
