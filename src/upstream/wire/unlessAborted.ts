import type { CancelSignal } from '../../contract/cancelSignal.js'

/**
 * Waits for a promise until the signal aborts. An abort ends the wait, but not the work behind the
 * promise, which takes no signal.
 *
 * @throws the signal's reason as soon as it aborts, or what the work throws
 */
export function unlessAborted<T>(work: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
