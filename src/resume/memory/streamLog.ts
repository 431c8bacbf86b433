import type { CancelSignal } from '../../contract/cancelSignal.js'
import { apiError } from '../../contract/errors.js'
import type { EventBatch, StreamEnd } from '../../contract/eventFormat.js'
import { joinBatches, lastNumberOf, type StoredStream } from '../resumeStore.js'

/** Callbacks with which a {@link StreamLog} reports to its store. */
export interface StreamLogParts {
  /** Called with the change of the memory that the log uses, in bytes. */
  readonly onBytes: (change: number) => void
  /** Called when a reader has started or stopped reading. */
  readonly onReaders: () => void
}

interface LogReader {
  /** Index of the reader's next batch, counted from the start of the stream. */
  index: number
  wake: () => void
}

// Estimated memory of a batch and of an event without their data, in bytes.
const BATCH_BYTES = 128
const EVENT_BYTES = 32
// Roughly the largest batch, in bytes, that is joined from several for a slow reader.
const JOINED_BYTES = 65_536

function bytesOfBatch({ data, media }: EventBatch): number {
  let bytes = BATCH_BYTES + data.length * EVENT_BYTES
  // Node.js stores an ASCII string with one byte per character, other strings with up to two.
  if (media !== undefined) for (const text of data) bytes += media.lengthWithMedia(text)
  else for (const text of data) bytes += Buffer.byteLength(text) === text.length ? text.length : text.length * 2
  return bytes
}

/** The events of one stream in memory, with its readers. */
export class StreamLog implements StoredStream {
  readonly #held: { readonly batch: EventBatch; readonly bytes: number }[] = []
  readonly #readers = new Set<LogReader>()
  /** Number of batches that have been removed from memory. */
  #dropped = 0
  #lastNumber = 0
  #isReleasing = false
  #end: StreamEnd | undefined
  #onDrained = (): void => undefined

  constructor(private readonly parts: StreamLogParts) {}

  /** Adds a batch, unless the stream has ended. */
  append(batch: EventBatch): void {
    if (this.#end !== undefined) return
    this.#end = batch.end
    this.#lastNumber = lastNumberOf(batch)
    const bytes = bytesOfBatch(batch)
    this.#held.push({ batch, bytes })
    this.parts.onBytes(bytes)
    this.#trim()
    this.#wakeReaders()
  }

  /** Ends the stream as interrupted, without a last event, unless it has ended already. */
  interrupt(): void {
    this.#end ??= { ending: 'interrupted' }
    this.#wakeReaders()
  }

  end(): StreamEnd | undefined {
    return this.#end
  }

  hasReached(number: number): boolean {
    return number <= this.#lastNumber
  }

  readerCount(): number {
    return this.#readers.size
  }

  /** Returns the batches with events after number `after`. */
  since(after: number): readonly EventBatch[] {
    return this.#held.slice(this.#indexAfter(after)).map(({ batch }) => batch)
  }

  /** Makes the log drop each batch from memory as soon as all its readers have the batch. */
  release(): void {
    this.#isReleasing = true
    this.#trim()
  }

  /** After `release`: resolves once all readers have all batches; undefined if they do already. */
  drained(): Promise<void> | undefined {
    if (this.#held.length === 0) return undefined
    return new Promise((resolve) => {
      this.#onDrained = resolve
    })
  }

  async *read(after: number, signal: CancelSignal): AsyncGenerator<EventBatch> {
    const reader: LogReader = { index: this.#dropped + this.#indexAfter(after), wake: () => undefined }
    const onAbort = (): void => reader.wake()
    signal.addEventListener('abort', onAbort, { once: true })
    this.#readers.add(reader)
    this.parts.onReaders()
    try {
      for (let known = after; ; ) {
        signal.throwIfAborted()
        const taken = this.#take(reader)
        const batch = joinBatches(taken, known)
        this.#trim()
        if (batch !== undefined) {
          known = lastNumberOf(batch)
          yield batch
        } else if (taken.length === 0) {
          if (this.#end?.ending === 'interrupted') throw apiError('stream_interrupted')
          if (this.#end !== undefined) return
          await new Promise<void>((resolve) => {
            reader.wake = resolve
          })
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#readers.delete(reader)
      this.#trim()
      this.parts.onReaders()
    }
  }

  /** Returns a reader's next batches, to be joined to one; none if the reader has read all. */
  #take(reader: LogReader): readonly EventBatch[] {
    const batches: EventBatch[] = []
    let bytes = 0
    for (let held = this.#held[reader.index - this.#dropped]; held !== undefined && bytes <= JOINED_BYTES; ) {
      batches.push(held.batch)
      bytes += held.bytes
      reader.index += 1
      held = this.#held[reader.index - this.#dropped]
    }
    return batches
  }

  /** Index of the first batch in memory with an event after number `after`; the length if none. */
  #indexAfter(after: number): number {
    const found = this.#held.findIndex(({ batch }) => lastNumberOf(batch) > after)
    return found === -1 ? this.#held.length : found
  }

  #trim(): void {
    if (!this.#isReleasing) return
    let unneeded = this.#held.length
    for (const { index } of this.#readers) unneeded = Math.min(unneeded, index - this.#dropped)
    for (const { bytes } of this.#held.splice(0, unneeded)) this.parts.onBytes(-bytes)
    this.#dropped += unneeded
    if (this.#held.length === 0) this.#onDrained()
  }

  #wakeReaders(): void {
    for (const { wake } of this.#readers) wake()
  }
}
