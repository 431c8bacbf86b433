import type { ServerResponse } from 'node:http'

/** Holds requests until the test releases them. */
export interface Gate {
  /** Waits until the test releases this request, or the client has disconnected. */
  pass(response: ServerResponse): Promise<void>
  /** Releases `count` requests: the oldest waiting ones, then the next ones to arrive. */
  release(count: number): void
  /** Drops releases that no request has used; waiting requests keep waiting. */
  clear(): void
}

/** Makes a gate that holds every request until it is released. */
export const makeGate = (): Gate => {
  const waiting = new Set<() => void>()
  let unused = 0
  const admit = (): void => {
    for (const pass of waiting) {
      if (unused === 0) return
      unused -= 1
      pass()
    }
  }
  return {
    pass: (response) =>
      new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(done)
          response.off('close', done)
          resolve()
        }
        if (response.destroyed) {
          resolve()
          return
        }
        response.once('close', done)
        waiting.add(done)
        admit()
      }),
    release: (count) => {
      unused += count
      admit()
    },
    clear: () => {
      unused = 0
    },
  }
}
