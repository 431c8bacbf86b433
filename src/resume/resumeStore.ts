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
   * Opens a new stream. Costs no round trip; with Redis, {@link StreamWriter.found} waits for one.
   *
   * @param onUnwanted - called once if a running stream has had no reader for
   *   STREAM_RESUME_TTL_SECONDS
   * @returns undefined if the store is full
   */
  open(id: string, owner: string, onUnwanted: () => void): StreamWriter | undefined
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

/** The producer's side of a stream. */
export interface StreamWriter {
  /** Resolves once every instance can find the stream: clients must not get its id before. */
  readonly found: Promise<void>
  /**
   * Adds a batch. A batch with `end` is the last: later ones are ignored. A batch with media ends
   * the storage: from then on, only present readers get the stream. The batch is stored in memory
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

/** A reader's side of a stream. */
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

/** The number of the last event of a batch. */
export const lastNumberOf = ({ first, data }: EventBatch): number => first + data.length - 1

/**
 * Joins batches that follow one another to one.
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

/** Passes on the batches of a finished stream. @throws 404 in place of `stream_interrupted` */
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
