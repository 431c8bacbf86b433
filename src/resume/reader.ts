import type { ApiError } from '../contract/errors.js'

/** What one API's kept streams have of their own. */
export interface StreamStyle {
  /** True for an id of its streams. */
  readonly isStreamId: (id: string) => boolean
  /** The number that the first event has in its id: 0 or 1. */
  readonly firstNumber: 0 | 1
  /** @param why - completes the answer */
  readonly notFound: (why?: string) => ApiError
  /** The failure that a stream has ended in, read from its last text; undefined for any other end. */
  readonly failureIn: (last: string) => ApiError | undefined
  /** What tells a reader that its reading has failed, whatever becomes of the stream. @param last - the text that it has had last */
  readonly toReadingEnd: (failure: ApiError, last: string) => string
}

/** A stream that is read, and what has been read of it last. */
export interface Followed {
  readonly texts: AsyncIterator<string>
  last(): string
}

/** Follows a stream while it is read. */
export function following(texts: AsyncIterable<string>): Followed {
  const iterator = texts[Symbol.asyncIterator]()
  let last = ''
  const noting = (item: IteratorResult<string>): IteratorResult<string> => {
    if (item.done !== true) last = item.value
    return item
  }
  return {
    texts: {
      next: () => iterator.next().then(noting),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    },
    last: () => last,
  }
}
