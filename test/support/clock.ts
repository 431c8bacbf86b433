import { setTimeout as wait } from 'node:timers/promises'
import { vi } from 'vitest'
import type { RedisServer } from './redis.js'

/**
 * Stops the clock of this process until {@link startClock}: only {@link advanceClock} fires timers,
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
 * Waits until `isSo` returns true, while the clock is stopped. Do not use `eventually` or
 * `expect.poll` then: they advance the clock at each check.
 *
 * @throws after a minute
 */
export async function waitWithStoppedClock(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !isSo(); await wait(2)) if (Date.now() > end) throw new Error(`timed out waiting for ${isSo}`)
}

/** Starts the clock again. */
export const startClock = (): void => void vi.useRealTimers()

/** Advances the clock of this process, and the age of all keys in `redis`, by `ms` milliseconds. */
export async function advanceClock(ms: number, redis?: RedisServer): Promise<void> {
  await redis?.age(ms)
  await vi.advanceTimersByTimeAsync(ms)
}
