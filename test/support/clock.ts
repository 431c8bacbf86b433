import { setTimeout as wait } from 'node:timers/promises'
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

/**
 * Waits for something that needs no timer while the clock is stopped; `eventually` and
 * `expect.poll` would advance the clock with each look.
 *
 * @throws after a minute
 */
export async function untilStill(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !isSo(); await wait(2)) if (Date.now() > end) throw new Error(`waited in vain for ${isSo}`)
}

/** Starts the clock again. */
export const startClock = (): void => void vi.useRealTimers()

/** Advances the clock of this process and of a Redis. @param ms - in milliseconds */
export async function letPass(ms: number, redis?: RedisServer): Promise<void> {
  await redis?.age(ms)
  await vi.advanceTimersByTimeAsync(ms)
}
