import type { CancelSignal } from '../contract/cancelSignal.js'
import { ApiError, apiError } from '../contract/errors.js'
import type { EventBatch, StreamEnd } from '../contract/eventFormat.js'

/**
 * Stores resumable streams while they run and for a time to live after their end.
 *
 * A stream belongs to one owner: other owners cannot find it.
 */
export interface ResumeStore {
  /**
   * Opens a new stream, without waiting for Redis: {@link StreamWriter.whenFindable} does.
   *
   * @param stopProducer - called when the running stream is neither read nor stored any longer,
   *   for example after STREAM_RESUME_TTL_SECONDS without a reader, or the store closes
   * @returns undefined if the store is full
   */
  open(id: string, owner: string, stopProducer: () => void): StreamWriter | undefined
  /**
   * Finds a stream to read. One lookup in a map; with Redis, one round trip.
   *
   * @returns undefined if it does not exist, has expired or belongs to another owner
   * @throws 503 if it is not in this process and Redis is unavailable
   */
  find(id: string, owner: string): Promise<StoredStream | undefined>
  /**
   * Deletes a stream on all instances. Readers on the instance that generates it still finish it.
   *
   * @returns whether it existed
   * @throws 503 if Redis is unavailable; then nothing is deleted
   */
  delete(id: string, owner: string): Promise<boolean>
  /** The number of streams in this process, running and finished. */
  count(): number
  /** Ends running streams as interrupted, for readers on other instances too. */
  close(): Promise<void>
}

/** The producer's access to a stream: appends events. */
export interface StreamWriter {
  /** Resolves when every instance can find the stream. Clients must not get its id earlier. */
  readonly whenFindable: Promise<void>
  /**
   * Adds a batch. A batch with `end` is the last: later ones are ignored. A batch with media is
   * too large to store: after it, only present readers get the stream. A batch is stored in memory
   * at once, and copied to Redis later, with all others that have arrived meanwhile. Readers get
   * the last batch only after the copy, unless Redis is unavailable.
   *
   * @returns a promise only if the producer has to wait: a stream that is no longer stored is
   *   produced at the pace of its readers
   */
  append(batch: EventBatch): Promise<void> | undefined
  /** The stream as its first client reads it. */
  readonly stream: StoredStream
}

/** A reader's access to a stream that is stored or running. */
export interface StoredStream {
  /** How the stream ended; undefined while it runs. */
  end(): StreamEnd | undefined
  /**
   * Reads the events after a number: the stored ones at once, the others as they arrive. Batches
   * that a slow reader has missed are joined. With Redis, the stream of another instance costs a
   * round trip for each batch, and several a second while nothing arrives.
   *
   * @param after - number of the last event that the reader has; 0 for none
   * @throws the signal's reason, or `stream_interrupted` if the stream was interrupted
   */
  read(after: number, signal: CancelSignal): AsyncIterable<EventBatch>
  /** False if no client can have received an event of this number from the stream. */
  hasReached(number: number): boolean
}

/** Returns the number of the last event of a batch. */
export const lastNumberOf = ({ first, data }: EventBatch): number => first + data.length - 1

/**
 * Joins consecutive batches to one batch.
 *
 * @param after - number of the last event to leave out
 * @returns undefined if no event is left
 */
export function joinBatches(batches: readonly EventBatch[], after: number): EventBatch | undefined {
  const [head, ...others] = batches
  if (head === undefined) return undefined
  const all = others.length === 0 ? head.data : batches.flatMap(({ data }) => data)
  const skipped = Math.max(0, after + 1 - head.first)
  if (skipped >= all.length) return undefined
  const media = batches.find((batch) => batch.media !== undefined)?.media
  return {
    first: head.first + skipped,
    data: skipped === 0 ? all : all.slice(skipped),
    ...(media === undefined ? {} : { media }),
    end: batches.at(-1)?.end,
  }
}

/** Yields a finished stream's batches. @throws 404, not `stream_interrupted`, if events are lost */
export async function* notFoundIfIncomplete(
  batches: AsyncIterable<EventBatch>,
  notFound: 'stream_not_found' | 'response_not_found',
): AsyncGenerator<EventBatch> {
  try {
    yield* batches
  } catch (error) {
    throw error instanceof ApiError && error.code === 'stream_interrupted' ? apiError(notFound) : error
  }
}
