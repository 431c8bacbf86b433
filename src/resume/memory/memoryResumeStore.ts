import type { EventBatch } from '../../contract/eventFormat.js'
import type { ResumeStore, StoredStream, StreamWriter } from '../resumeStore.js'
import { StreamLog } from './streamLog.js'

/** Bounds of a {@link MemoryResumeStore}. */
export interface MemoryResumeBounds {
  /** How long a stream is stored after its end, and how long it may run without a reader. */
  readonly ttlMs: number
  /** Memory of all streams together, in bytes. */
  readonly maxBytes: number
  readonly maxStreams: number
}

/** The writer of a stream in memory, from which a {@link Replica} copies the stream to Redis. */
export interface MemoryStreamWriter extends StreamWriter {
  /** Returns the batches with events after number `after`. */
  since(after: number): readonly EventBatch[]
  /** False once the stream has been removed from the store. */
  isStored(): boolean
  /** Restarts the time to live. Called while another instance reads the stream. */
  touch(): void
}

interface StreamEntry {
  readonly key: string
  readonly log: StreamLog
  readonly stopProducer: () => void
  isStored: boolean
  /** When the stream ended, in milliseconds of `performance.now()`. */
  endedAt: number
  /** When the stream expires, by `performance.now()`; infinite while it is read. */
  expiresAt: number
  timer: NodeJS.Timeout | undefined
}

/** Returns the key of a stream in memory, unique for each pair of id and owner. */
const keyOfStream = (id: string, owner: string): string => JSON.stringify([id, owner])

/**
 * A store of resumable streams in the memory of this process.
 *
 * When full, it evicts finished streams, oldest first. If that is not enough, the stream that just
 * grew stops being resumable; its current readers still finish it. A stream with media too large to
 * store stops being resumable as well.
 */
export class MemoryResumeStore implements ResumeStore {
  readonly #entries = new Map<string, StreamEntry>()
  /** Finished streams, oldest first. */
  readonly #finished = new Set<StreamEntry>()
  #bytes = 0

  constructor(private readonly bounds: MemoryResumeBounds) {}

  open(id: string, owner: string, stopProducer: () => void): MemoryStreamWriter | undefined {
    const { maxStreams, maxBytes } = this.bounds
    while (this.#entries.size >= maxStreams || this.#bytes >= maxBytes) if (!this.#evictOldest()) return undefined
    const entry = this.#add(keyOfStream(id, owner), stopProducer)
    return {
      whenFindable: Promise.resolve(),
      append: (batch) => this.#append(entry, batch),
      stream: entry.log,
      since: (after) => entry.log.since(after),
      isStored: () => entry.isStored,
      touch: () => this.#restartExpiry(entry),
    }
  }

  async find(id: string, owner: string): Promise<StoredStream | undefined> {
    const entry = this.#entries.get(keyOfStream(id, owner))
    if (entry === undefined) return undefined
    // After a freeze of the instance, a request may arrive before the delayed expiry timer fires.
    if (performance.now() >= entry.expiresAt) {
      this.#remove(entry)
      return undefined
    }
    const isExpired = entry.log.end() !== undefined && performance.now() >= entry.endedAt + this.bounds.ttlMs
    return isExpired ? undefined : entry.log
  }

  async delete(id: string, owner: string): Promise<boolean> {
    const entry = this.#entries.get(keyOfStream(id, owner))
    if (entry !== undefined) this.#remove(entry)
    return entry !== undefined
  }

  count(): number {
    return this.#entries.size
  }

  async close(): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (entry.log.end() === undefined) {
        entry.stopProducer()
        entry.log.interrupt()
        this.#finish(entry)
      }
      clearTimeout(entry.timer)
    }
  }

  #add(key: string, stopProducer: () => void): StreamEntry {
    const log = new StreamLog({
      onBytes: (change) => {
        this.#bytes += change
      },
      onReaders: () => this.#restartExpiry(entry),
    })
    const entry: StreamEntry = {
      key,
      log,
      stopProducer,
      isStored: true,
      endedAt: 0,
      expiresAt: Number.POSITIVE_INFINITY,
      timer: undefined,
    }
    this.#entries.set(key, entry)
    this.#restartExpiry(entry)
    return entry
  }

  #append(entry: StreamEntry, batch: EventBatch): Promise<void> | undefined {
    if (entry.log.end() !== undefined) return undefined
    entry.log.append(batch)
    let hasEvicted = true
    while (hasEvicted && batch.media === undefined && this.#bytes > this.bounds.maxBytes) hasEvicted = this.#evictOldest()
    const isTooLarge = batch.media !== undefined || this.#bytes > this.bounds.maxBytes
    if (isTooLarge && entry.isStored) this.#remove(entry)
    if (batch.end !== undefined) this.#finish(entry)
    return entry.isStored ? undefined : entry.log.drained()
  }

  #finish(entry: StreamEntry): void {
    entry.endedAt = performance.now()
    if (entry.isStored) this.#finished.add(entry)
    this.#restartExpiry(entry)
  }

  /** Restarts the timer that removes the stream; none runs while the stream is read. */
  #restartExpiry(entry: StreamEntry): void {
    clearTimeout(entry.timer)
    entry.expiresAt = Number.POSITIVE_INFINITY
    this.#stopIfUnwanted(entry)
    if (!entry.isStored || entry.log.readerCount() > 0) return
    const { ttlMs } = this.bounds
    const leftMs = entry.log.end() === undefined ? ttlMs : entry.endedAt + ttlMs - performance.now()
    entry.expiresAt = performance.now() + leftMs
    entry.timer = setTimeout(() => this.#remove(entry), Math.max(0, leftMs))
    entry.timer.unref()
  }

  #evictOldest(): boolean {
    for (const entry of this.#finished) {
      if (entry.log.readerCount() > 0) continue
      this.#remove(entry)
      return true
    }
    return false
  }

  #remove(entry: StreamEntry): void {
    clearTimeout(entry.timer)
    entry.isStored = false
    this.#entries.delete(entry.key)
    this.#finished.delete(entry)
    entry.log.release()
    this.#stopIfUnwanted(entry)
  }

  /** Stops the producer of a stream that is neither read nor stored. */
  #stopIfUnwanted({ log, isStored, stopProducer }: StreamEntry): void {
    if (!isStored && log.readerCount() === 0 && log.end() === undefined) stopProducer()
  }
}
