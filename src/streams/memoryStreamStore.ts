import { streamInterrupted } from '../errors.js'
import { type Batch, type StoredStream, type StreamEnd, type StreamStore, type StreamWriter, textAfter } from './streamStore.js'

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
  /** The batches that end after an event; none of a stream that is kept no more. */
  since(after: number): readonly Batch[]
  end(end: StreamEnd): void
  /** False once nobody can resume the stream here. */
  isKept(): boolean
  /** Tells that somebody reads the stream elsewhere. */
  touch(): void
}

interface Kept {
  readonly key: string
  readonly batches: Batch[]
  /** Batches that have been dropped from the beginning. */
  dropped: number
  last: number
  bytes: number
  readonly readers: Set<Reader>
  end: StreamEnd | undefined
  endedAt: number
  isKept: boolean
  timer: NodeJS.Timeout | undefined
  readonly onUnwanted: () => void
  /** A producer that waits for its readers. */
  onRead: () => void
}

interface Reader {
  /** Place of its next batch, counted from the first of the stream. */
  place: number
  wake: () => void
}

// What a batch takes beside its text.
const BATCH_BYTES = 128
// What a reader who has fallen behind gets in one piece.
const PIECE_LENGTH = 65_536

// A string of ASCII takes one byte for each character; others may take two.
const bytesOf = (text: string): number => (Buffer.byteLength(text) === text.length ? text.length : text.length * 2) + BATCH_BYTES

/** The key of a stream: neither owner nor id can be chosen so that it meets another's. */
const keyOf = (id: string, owner: string): string => JSON.stringify([id, owner])

/** Makes a store in the memory of this process. When it is full, the streams that ended first go first. */
export function makeMemoryStreamStore({ ttlMs, maxBytes, maxStreams }: MemoryStreamBounds): MemoryStreamStore {
  const streams = new Map<string, Kept>()
  /** Ended ones, the oldest first. */
  const ended = new Set<Kept>()
  const running = new Set<Kept>()
  let bytes = 0

  const drop = (stream: Kept, count: number): void => {
    for (const batch of stream.batches.splice(0, count)) {
      stream.bytes -= bytesOf(batch.text)
      bytes -= bytesOf(batch.text)
    }
    stream.dropped += count
  }
  /** Lets go of what no reader needs any more. */
  const trim = (stream: Kept): void => {
    const slowest = Math.min(...[...stream.readers].map(({ place }) => place), stream.dropped + stream.batches.length)
    drop(stream, slowest - stream.dropped)
    if (stream.batches.length === 0) stream.onRead()
  }
  const forget = (stream: Kept): void => {
    clearTimeout(stream.timer)
    stream.isKept = false
    streams.delete(stream.key)
    ended.delete(stream)
    running.delete(stream)
    trim(stream)
    if (stream.readers.size === 0 && stream.end === undefined) stream.onUnwanted()
  }
  /** Forgets a stream when its time is up, unless somebody reads it. */
  const expire = (stream: Kept): void => {
    clearTimeout(stream.timer)
    if (!stream.isKept || stream.readers.size > 0) return
    const leftMs = stream.end === undefined ? ttlMs : stream.endedAt + ttlMs - performance.now()
    stream.timer = setTimeout(() => forget(stream), Math.max(0, leftMs))
    stream.timer.unref()
  }
  const evictOldest = (): boolean => {
    for (const stream of ended) {
      if (stream.readers.size > 0) continue
      forget(stream)
      return true
    }
    return false
  }

  const makeStored = (stream: Kept): StoredStream => ({
    end: () => stream.end,
    hasReached: (after) => after <= stream.last,
    read: (after, signal) => read(stream, after, signal),
  })

  async function* read(stream: Kept, after: number, signal: AbortSignal): AsyncGenerator<string> {
    const { batches } = stream
    const from = batches.findIndex(({ last }) => last > after)
    const reader: Reader = { place: stream.dropped + (from === -1 ? batches.length : from), wake: () => undefined }
    const onAbort = (): void => reader.wake()
    signal.addEventListener('abort', onAbort, { once: true })
    stream.readers.add(reader)
    clearTimeout(stream.timer)
    try {
      let known = after
      for (;;) {
        signal.throwIfAborted()
        let text = ''
        for (let batch = batches[reader.place - stream.dropped]; batch !== undefined; batch = batches[reader.place - stream.dropped]) {
          if (text.length > PIECE_LENGTH) break
          text += textAfter(batch, known)
          known = batch.last
          reader.place += 1
        }
        if (text !== '') {
          if (!stream.isKept) trim(stream)
          yield text
        } else if (stream.end !== undefined) {
          if (stream.end.ending === 'interrupted') throw streamInterrupted()
          return
        } else {
          await new Promise<void>((resolve) => {
            reader.wake = resolve
          })
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      stream.readers.delete(reader)
      leave(stream)
    }
  }
  const leave = (stream: Kept): void => {
    if (stream.isKept) expire(stream)
    else {
      trim(stream)
      if (stream.readers.size === 0 && stream.end === undefined) stream.onUnwanted()
    }
  }

  const add = (stream: Kept, text: string, count: number): Promise<void> | undefined => {
    if (stream.end !== undefined) return undefined
    stream.last += count
    stream.batches.push({ last: stream.last, count, text })
    const size = bytesOf(text)
    stream.bytes += size
    bytes += size
    for (const { wake } of stream.readers) wake()
    while (bytes > maxBytes && evictOldest());
    if (bytes > maxBytes && stream.isKept) forget(stream)
    if (stream.isKept || stream.batches.length === 0) return undefined
    return new Promise((resolve) => {
      stream.onRead = resolve
    })
  }
  const finish = (stream: Kept, end: StreamEnd): void => {
    if (stream.end !== undefined) return
    stream.end = end
    stream.endedAt = performance.now()
    running.delete(stream)
    if (stream.isKept) ended.add(stream)
    for (const { wake } of stream.readers) wake()
    expire(stream)
  }

  return {
    open: (id, owner, onUnwanted) => {
      while (streams.size >= maxStreams || bytes >= maxBytes) if (!evictOldest()) return undefined
      const key = keyOf(id, owner)
      const stream: Kept = {
        key,
        batches: [],
        dropped: 0,
        last: 0,
        bytes: 0,
        readers: new Set(),
        end: undefined,
        endedAt: 0,
        isKept: true,
        timer: undefined,
        onUnwanted,
        onRead: () => undefined,
      }
      streams.set(key, stream)
      running.add(stream)
      expire(stream)
      return {
        append: (text, count) => add(stream, text, count),
        end: (end) => finish(stream, end),
        stream: makeStored(stream),
        since: (after) => (stream.isKept ? stream.batches.slice(stream.batches.findIndex(({ last }) => last > after)) : []),
        isKept: () => stream.isKept,
        touch: () => {
          if (stream.end === undefined) expire(stream)
        },
      }
    },
    find: async (id, owner) => {
      const stream = streams.get(keyOf(id, owner))
      return stream === undefined || isExpired(stream, ttlMs) ? undefined : makeStored(stream)
    },
    count: () => streams.size,
    close: async () => {
      for (const stream of [...running]) finish(stream, { ending: 'interrupted', summary: '' })
      for (const stream of [...ended]) clearTimeout(stream.timer)
    },
  }
}

const isExpired = ({ end, endedAt }: Kept, ttlMs: number): boolean => end !== undefined && performance.now() >= endedAt + ttlMs
