import type { Batch, StoredStream, StreamEnd, StreamStore, StreamWriter } from '../resumeStore.js'
import { makeStreamLog, type StreamLog } from './streamLog.js'

/** Bounds of {@link makeMemoryStreamStore}. */
export interface MemoryStreamBounds {
  /** How long a stream is kept after its end, and how long it may run without a reader, in milliseconds. */
  readonly ttlMs: number
  /** Memory of all streams together, in bytes. */
  readonly maxBytes: number
  readonly maxStreams: number
}

/** The memory store, for an adapter that tells others what it keeps. */
export interface MemoryStreamStore extends StreamStore {
  open(id: string, owner: string, onUnwanted: () => void): MemoryStreamWriter | undefined
}

/** A writer whose stream can be looked at. */
export interface MemoryStreamWriter extends StreamWriter {
  /** The batches that end after an event. */
  since(after: number): readonly Batch[]
  /** False once nobody can find the stream here any more. */
  isKept(): boolean
  /** Tells that somebody reads the stream elsewhere. */
  touch(): void
}

interface Kept {
  readonly key: string
  readonly log: StreamLog
  readonly onUnwanted: () => void
  isKept: boolean
  endedAt: number
  /** When its time is up, on the same clock; infinite while somebody reads it. */
  forgottenAt: number
  timer: NodeJS.Timeout | undefined
}

/** The key of a stream: neither owner nor id can be chosen so that it meets another's. */
const keyOf = (id: string, owner: string): string => JSON.stringify([id, owner])

/**
 * Makes a store in the memory of this process.
 *
 * When it is full, ended streams go, the oldest first; then the one that has grown last can no longer be found, and is read to its end by
 * those who read it.
 */
export function makeMemoryStreamStore(bounds: MemoryStreamBounds): MemoryStreamStore {
  const streams = new Map<string, Kept>()
  /** Those that have ended, in that order. */
  const ended = new Set<Kept>()
  let bytes = 0

  const forget = (stream: Kept): void => {
    clearTimeout(stream.timer)
    stream.isKept = false
    streams.delete(stream.key)
    ended.delete(stream)
    stream.log.release()
    leaveAlone(stream)
  }
  /** Nobody reads it, and nobody can come back to it. */
  const leaveAlone = ({ log, isKept, onUnwanted }: Kept): void => {
    if (!isKept && log.readerCount() === 0 && log.end() === undefined) onUnwanted()
  }
  /** Forgets a stream when its time is up; as long as somebody reads it, it has time. */
  const watch = (stream: Kept): void => {
    clearTimeout(stream.timer)
    stream.forgottenAt = Number.POSITIVE_INFINITY
    leaveAlone(stream)
    if (!stream.isKept || stream.log.readerCount() > 0) return
    const leftMs = stream.log.end() === undefined ? bounds.ttlMs : stream.endedAt + bounds.ttlMs - performance.now()
    stream.forgottenAt = performance.now() + leftMs
    stream.timer = setTimeout(() => forget(stream), Math.max(0, leftMs))
    stream.timer.unref()
  }
  const evictOldest = (): boolean => {
    for (const stream of ended) {
      if (stream.log.readerCount() > 0) continue
      forget(stream)
      return true
    }
    return false
  }
  const keep = (key: string, onUnwanted: () => void): Kept => {
    const log = makeStreamLog({
      onBytes: (change) => {
        bytes += change
      },
      onReaders: () => watch(stream),
    })
    const stream: Kept = { key, log, onUnwanted, isKept: true, endedAt: 0, forgottenAt: Number.POSITIVE_INFINITY, timer: undefined }
    streams.set(key, stream)
    watch(stream)
    return stream
  }
  const append = (stream: Kept, text: string, count: number): Promise<void> | undefined => {
    stream.log.append(text, count)
    while (bytes > bounds.maxBytes && evictOldest());
    if (bytes > bounds.maxBytes && stream.isKept) forget(stream)
    return stream.isKept ? undefined : stream.log.drained()
  }
  const end = (stream: Kept, how: StreamEnd): void => {
    if (stream.log.end() !== undefined) return
    stream.log.finish(how)
    stream.endedAt = performance.now()
    if (stream.isKept) ended.add(stream)
    watch(stream)
  }

  return {
    open: (id, owner, onUnwanted) => {
      while (streams.size >= bounds.maxStreams || bytes >= bounds.maxBytes) if (!evictOldest()) return undefined
      const stream = keep(keyOf(id, owner), onUnwanted)
      return {
        found: Promise.resolve(),
        append: (text, count) => append(stream, text, count),
        end: (how) => end(stream, how),
        stream: toStored(stream),
        since: stream.log.since,
        isKept: () => stream.isKept,
        touch: () => watch(stream),
      }
    },
    find: async (id, owner) => {
      const stream = streams.get(keyOf(id, owner))
      if (stream === undefined) return undefined
      // After a freeze, a request may come before the timer that the freeze has held up.
      if (performance.now() >= stream.forgottenAt) {
        forget(stream)
        return undefined
      }
      const isOver = stream.log.end() !== undefined && performance.now() >= stream.endedAt + bounds.ttlMs
      return isOver ? undefined : toStored(stream)
    },
    drop: async (id, owner) => {
      const stream = streams.get(keyOf(id, owner))
      if (stream !== undefined) forget(stream)
      return stream !== undefined
    },
    count: () => streams.size,
    close: async () => {
      for (const stream of streams.values()) {
        if (stream.log.end() === undefined) stream.onUnwanted()
        end(stream, { ending: 'interrupted', summary: '' })
        clearTimeout(stream.timer)
      }
    },
  }
}

const toStored = ({ log }: Kept): StoredStream => ({
  end: log.end,
  hasReached: (after) => after <= log.last(),
  read: log.read,
})
