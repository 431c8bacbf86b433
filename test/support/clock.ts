import { vi } from 'vitest'
import type { RedisServer } from './redis.js'

/**
 * Stops the clock of this process until the next {@link startClock}: timers fire only by {@link letPass}, however long the machine takes.
 *
 * Node.js's own timers, such as those of sockets and of `node:timers/promises`, go on.
 */
export const stopClock = (): void => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    shouldClearNativeTimers: true,
  })
}

/** Lets the clock go again. */
export const startClock = (): void => void vi.useRealTimers()

/** Lets time pass at once, here and in a Redis. @param ms - in milliseconds */
export async function letPass(ms: number, redis?: RedisServer): Promise<void> {
  await redis?.age(ms)
  await vi.advanceTimersByTimeAsync(ms)
}
