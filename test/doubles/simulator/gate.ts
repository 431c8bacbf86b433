import type { ServerResponse } from 'node:http'

/** Where requests wait until the test releases them. */
export interface Gate {
  /** Waits for a release that nobody else has used, or until the client has left. */
  pass(response: ServerResponse): Promise<void>
  /** Releases those that wait, the oldest first, then those that come. */
  release(count: number): void
  /** Forgets releases that nobody has used; who waits goes on waiting. */
  clear(): void
}

/** Makes a gate that lets nobody pass. */
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
