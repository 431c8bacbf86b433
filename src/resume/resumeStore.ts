/**
 * How a stream ended: whole, with an error as its last event, or without an end because its producer has gone.
 *
 * Only the last kind has no event of its own: whoever reads tells of it.
 */
export type Ending = 'whole' | 'failed' | 'interrupted'

/** The end of a stream, and what is known only then. */
export interface StreamEnd {
  readonly ending: Ending
  /** What the producer wants to be remembered beside the events; empty where that is nothing. */
  readonly summary: string
}

/**
 * Where resumable streams are kept while they run, and for a time after their end.
 *
 * A stream belongs to one owner: to everybody else it does not exist. Its events are numbered from 1.
 */
export interface StreamStore {
  /**
   * Makes room for a new stream. Costs nothing beyond this process; with Redis, one round trip that {@link StreamWriter.found} waits for.
   *
   * @param onUnwanted - called once, when nobody has read the running stream for the store's time to live
   * @returns undefined where there is no room
   */
  open(id: string, owner: string, onUnwanted: () => void): StreamWriter | undefined
  /**
   * Finds a stream that can be read. Costs one look into a map; with Redis, one round trip.
   *
   * @returns undefined where there is none, or no more, or it is another's
   * @throws 503 where it is not here, and other instances' cannot be looked for
   */
  find(id: string, owner: string): Promise<StoredStream | undefined>
  /**
   * Forgets a stream: nobody can come back to it on any instance, and who reads it where it is made reads it to its end.
   *
   * @returns whether there was one
   * @throws 503 where other instances cannot be told; then nothing is forgotten
   */
  drop(id: string, owner: string): Promise<boolean>
  /** Streams that this process holds, running and ended. */
  count(): number
  /** Ends what runs as interrupted, and lets other instances know. */
  close(): Promise<void>
}

/** The producer's side of a stream. */
export interface StreamWriter {
  /** Resolves once every instance finds the stream, or cannot be told: before that no client should learn its id. Never rejects. */
  readonly found: Promise<void>
  /**
   * Adds events that leave in one write. Costs one push onto a list; Redis is told later, of all that has come meanwhile, by one
   * round trip at a time.
   *
   * @param text - the events as they go out, each with its number in its id
   * @param count - how many they are
   * @returns a promise only where the producer has to wait: a stream that can no longer be kept is read at its readers' pace
   */
  append(text: string, count: number): Promise<void> | undefined
  /**
   * Ends the stream. What comes after is ignored. Events that are added in the same turn of the event loop are its last: with Redis, its
   * readers get them once every instance has them, or cannot be told.
   */
  end(end: StreamEnd): void
  /** The stream as its first reader has it. */
  readonly stream: StoredStream
}

/** A reader's side of a stream. */
export interface StoredStream {
  /** Its end; undefined while it runs. */
  end(): StreamEnd | undefined
  /**
   * Gives what comes after an event, at once as far as it is there, then as it comes. Costs one turn of the event loop for each piece; with
   * Redis, for streams of other instances, one round trip for each piece and several a second while nothing comes.
   *
   * @param after - number of the last event that is known; 0 for none
   * @throws the signal's reason, or {@link streamInterrupted} where the stream has no end of its own
   */
  read(after: number, signal: AbortSignal): AsyncIterable<string>
  /** False where `after` is more than the stream can have given. */
  hasReached(after: number): boolean
}

/** Events that came together. */
export interface Batch {
  /** Number of its last event. */
  readonly last: number
  readonly count: number
  readonly text: string
}

/** The text of a batch from a number on. JSON has no bare line end, so that a blank line is always the end of an event. */
export function textAfter({ last, count, text }: Batch, after: number): string {
  const skipped = after - (last - count)
  if (skipped <= 0) return text
  if (skipped >= count) return ''
  let at = 0
  for (let left = skipped; left > 0; left -= 1) at = text.indexOf('\n\n', at) + 2
  return text.slice(at)
}
