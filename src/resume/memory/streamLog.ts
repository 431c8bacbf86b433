import { apiError } from '../../contract/errors.js'
import { type Batch, type StreamEnd, textAfter } from '../resumeStore.js'

/** The events of one stream in memory, with its readers. */
export interface StreamLog {
  append(text: string, count: number): void
  /** Ends the stream; only the first end counts. */
  finish(end: StreamEnd): void
  end(): StreamEnd | undefined
  /** Number of the last event. */
  last(): number
  /** Who reads at this moment. */
  readerCount(): number
  /** See StoredStream. */
  read(after: number, signal: AbortSignal): AsyncGenerator<string>
  /** The batches that end after an event. */
  since(after: number): readonly Batch[]
  /** From now on nothing is held that every present reader has. */
  release(): void
  /** Resolves once every reader has everything; undefined where that is so already. */
  drained(): Promise<void> | undefined
}

/** What a log tells its store. */
export interface StreamLogParts {
  /** Called with the memory that the log takes more, or less. */
  readonly onBytes: (change: number) => void
  /** Called when a reader has come or gone. */
  readonly onReaders: () => void
}

interface Held extends Batch {
  readonly bytes: number
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

/** Makes an empty log. */
export function makeStreamLog({ onBytes, onReaders }: StreamLogParts): StreamLog {
  const held: Held[] = []
  const readers = new Set<Reader>()
  let dropped = 0
  let last = 0
  let isReleasing = false
  let end: StreamEnd | undefined
  let onDrained = (): void => undefined

  const wakeAll = (): void => {
    for (const { wake } of readers) wake()
  }
  const trim = (): void => {
    if (!isReleasing) return
    let unneeded = held.length
    for (const { place } of readers) unneeded = Math.min(unneeded, place - dropped)
    for (const { bytes } of held.splice(0, unneeded)) onBytes(-bytes)
    dropped += unneeded
    if (held.length === 0) onDrained()
  }
  const placeAfter = (after: number): number => {
    const found = held.findIndex((batch) => batch.last > after)
    return found === -1 ? held.length : found
  }
  /** What a reader has not had yet, as far as it fits into one piece. */
  const take = (reader: Reader, known: number): { readonly text: string; readonly known: number } => {
    let piece = { text: '', known }
    for (let batch = held[reader.place - dropped]; batch !== undefined; batch = held[reader.place - dropped]) {
      if (piece.text.length > PIECE_LENGTH) break
      piece = { text: piece.text + textAfter(batch, piece.known), known: Math.max(piece.known, batch.last) }
      reader.place += 1
    }
    return piece
  }

  async function* read(after: number, signal: AbortSignal): AsyncGenerator<string> {
    const reader: Reader = { place: dropped + placeAfter(after), wake: () => undefined }
    const onAbort = (): void => reader.wake()
    signal.addEventListener('abort', onAbort, { once: true })
    readers.add(reader)
    onReaders()
    try {
      for (let known = after; ; ) {
        signal.throwIfAborted()
        const piece = take(reader, known)
        known = piece.known
        trim()
        if (piece.text !== '') {
          yield piece.text
        } else if (end === undefined) {
          await new Promise<void>((resolve) => {
            reader.wake = resolve
          })
        } else if (end.ending === 'interrupted') throw apiError('stream_interrupted')
        else return
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      readers.delete(reader)
      trim()
      onReaders()
    }
  }

  return {
    append: (text, count) => {
      if (end !== undefined) return
      last += count
      const bytes = bytesOf(text)
      held.push({ last, count, text, bytes })
      onBytes(bytes)
      trim()
      wakeAll()
    },
    finish: (told) => {
      end ??= told
      wakeAll()
    },
    end: () => end,
    last: () => last,
    readerCount: () => readers.size,
    read,
    since: (after) => held.slice(placeAfter(after)),
    release: () => {
      isReleasing = true
      trim()
    },
    drained: () => {
      if (held.length === 0) return undefined
      return new Promise((resolve) => {
        onDrained = resolve
      })
    },
  }
}
