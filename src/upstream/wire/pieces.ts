import type { UpstreamBody } from './transport.js'

/** Reads a body piece by piece, on demand. */
export interface Pieces {
  /**
   * Waits for the bytes of the next network read; undefined at the end.
   *
   * @throws the error that ended the body early
   */
  next(): Promise<Uint8Array | undefined>
  /** Removes the listeners; the body itself is neither read further nor destroyed. */
  release(): void
}

/**
 * Reads a body like `for await` does, at a third of the cost per piece. Pauses it as soon as a
 * piece arrives that has no reader yet, so that back pressure reaches Gemini.
 */
export function makePieces(body: UpstreamBody): Pieces {
  const unread: Uint8Array[] = []
  let pending: { resolve: (piece: Uint8Array | undefined) => void; reject: (error: unknown) => void } | undefined
  let end: { readonly failure?: unknown } | undefined

  const onData = (piece: Uint8Array): void => {
    if (pending === undefined) {
      unread.push(piece)
      body.pause()
      return
    }
    const { resolve } = pending
    pending = undefined
    resolve(piece)
  }
  const onEnd = (): void => {
    end ??= {}
    pending?.resolve(undefined)
  }
  const onError = (failure: unknown): void => {
    end ??= { failure }
    pending?.reject(failure)
  }
  body.on('data', onData).on('end', onEnd).on('error', onError)

  return {
    next: () => {
      const piece = unread.shift()
      if (piece !== undefined) return Promise.resolve(piece)
      if (end !== undefined) return 'failure' in end ? Promise.reject(end.failure) : Promise.resolve(undefined)
      if (body.isPaused()) body.resume()
      return new Promise((resolve, reject) => {
        pending = { resolve, reject }
      })
    },
    release: () => {
      body.off('data', onData).off('end', onEnd).off('error', onError)
    },
  }
}
