import type { UpstreamBody } from './transport.js'

/** The pieces of a body, asked for one by one. */
export interface Pieces {
  /**
   * Waits for the next piece.
   *
   * @returns what one network read brought, or undefined at the end
   * @throws whatever ended the body early
   */
  next(): Promise<Uint8Array | undefined>
  /** Stops listening; the body is left as it is. */
  release(): void
}

interface Waiting {
  readonly resolve: (piece: Uint8Array | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Reads a body piece by piece. It does what `for await` does, at a third of the cost for each piece of a stream.
 *
 * The body is paused as soon as a piece comes that nobody waits for, so that back pressure reaches Gemini.
 */
export function makePieces(body: UpstreamBody): Pieces {
  const early: Uint8Array[] = []
  let waiting: Waiting | undefined
  let end: { readonly failure?: unknown } | undefined

  const onData = (piece: Uint8Array): void => {
    if (waiting === undefined) {
      early.push(piece)
      body.pause()
      return
    }
    const { resolve } = waiting
    waiting = undefined
    resolve(piece)
  }
  const onEnd = (): void => {
    end ??= {}
    waiting?.resolve(undefined)
  }
  const onError = (failure: unknown): void => {
    end ??= { failure }
    waiting?.reject(failure)
  }
  body.on('data', onData).on('end', onEnd).on('error', onError)

  return {
    next: () => {
      const piece = early.shift()
      if (piece !== undefined) return Promise.resolve(piece)
      if (end !== undefined) return 'failure' in end ? Promise.reject(end.failure) : Promise.resolve(undefined)
      if (body.isPaused()) body.resume()
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      })
    },
    release: () => {
      body.off('data', onData).off('end', onEnd).off('error', onError)
    },
  }
}
