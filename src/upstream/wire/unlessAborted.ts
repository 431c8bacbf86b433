import type { CancelSignal } from '../../contract/cancelSignal.js'

/**
 * Waits for work that takes no signal. An abort ends the wait, not the work.
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
