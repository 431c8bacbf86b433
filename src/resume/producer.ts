import type { CancelSignal } from '../contract/cancelSignal.js'
import { ClientDisconnected, toStreamFailure } from '../contract/errors.js'
import type { EventBatch, EventSerialiser, ResumableFormat, StreamEnd } from '../contract/eventFormat.js'
import type { MediaBytes } from '../contract/mediaBytes.js'
import type { SentBatch, StreamResult } from '../contract/operation.js'
import type { RequestLog } from '../contract/requestLog.js'
import { awaitFirstEvent, continueFrom } from '../sse/firstEvent.js'
import { startOnFirstRead } from '../sse/startLater.js'
import { BatchFramer } from './reader.js'
import type { ResumeStore, StreamWriter } from './resumeStore.js'

/** Generates the events of a stream, in batches as they arrive, until `signal` aborts. */
export type GenerateEvents = (signal: CancelSignal) => AsyncIterable<readonly unknown[]>

/** Dependencies of {@link startProducer}. */
export interface ProducerParts {
  readonly store: ResumeStore
  readonly firstEventPatienceMs: number
  readonly caller: string
  /** Counts the memory of the request until the generation ends, even without readers. */
  readonly keepMemoryCounted: (until: Promise<unknown>) => void
  /** Aborts if the client that starts the stream disconnects, at the time limit or at shutdown. */
  readonly signal: CancelSignal
  readonly requestLog: RequestLog
  /** The media that replace the media placeholders in the events. */
  readonly answerMedia: MediaBytes
  /** The format of the events that are generated. */
  readonly format: ResumableFormat
  /** The format for reading stored events. Its error event means that reading them failed. */
  readonly storedFormat: ResumableFormat
}

/**
 * Starts a generation that continues without its client.
 *
 * Until the first event, which contains the stream's id, the generation stops if the client
 * disconnects. After that, events are stored even if no client is connected. If the store is full,
 * the stream is an ordinary one: it has no event ids, and stops if its client disconnects.
 *
 * @returns the stream as the first client reads it
 * @throws errors of the task before its first event, within `firstEventPatienceMs`
 */
export async function startProducer(task: GenerateEvents, parts: ProducerParts): Promise<StreamResult<EventBatch, SentBatch>> {
  const { signal, store, caller, requestLog, format } = parts
  const generation = new AbortController()
  const follow = (): void => generation.abort(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  if (signal.aborted) follow()
  const source = await awaitFirstEvent(task(generation.signal), parts.firstEventPatienceMs)
  let framer = new BatchFramer(format, undefined)

  const read = async (): Promise<AsyncIterable<EventBatch>> => {
    const first = await source.next()
    const [event] = first.done === true ? [] : first.value
    const id = event === undefined ? undefined : format.streamIdOf(event)
    const writer = id === undefined ? undefined : store.open(id, caller, () => generation.abort(new ClientDisconnected()))
    const batcher = new Batcher(format, parts.answerMedia)
    if (writer === undefined) return readUnstored(first, source, batcher)
    await writer.whenFindable
    signal.removeEventListener('abort', follow)
    framer = new BatchFramer(parts.storedFormat, id)
    // Reading starts first: a later reader would not get a first batch that is too large to store.
    const batches = writer.stream.read(0, signal)[Symbol.asyncIterator]()
    const firstBatch = batches.next()
    parts.keepMemoryCounted(produce(first, source, { batcher, writer, requestLog, signal: generation.signal }))
    return continueFrom(firstBatch, batches)
  }
  return { batches: startOnFirstRead(read), frame: (batch) => framer.frame(batch), end: (failure) => framer.end(failure) }
}

type Events = AsyncIterator<readonly unknown[]>
type FirstItem = IteratorResult<readonly unknown[]>

interface Production {
  readonly batcher: Batcher
  readonly writer: StreamWriter
  readonly requestLog: RequestLog
  readonly signal: CancelSignal
}

/** Writes a stream to the store until it ends. Never throws: stores a failure as its end. */
async function produce(first: FirstItem, source: Events, { batcher, writer, requestLog, signal }: Production): Promise<void> {
  try {
    for (let item = first; item.done !== true; item = await source.next()) {
      const batch = batcher.add(item.value)
      const wait = batch === undefined ? undefined : writer.append(batch)
      if (wait !== undefined) await wait
    }
    void writer.append(batcher.end({ ending: 'whole', usage: requestLog.usage }))
  } catch (error) {
    void writer.append(batcher.end({ ending: 'failed', failure: toStreamFailure(signal.aborted ? signal.reason : error) }))
  }
}

async function* readUnstored(first: FirstItem, source: Events, batcher: Batcher): AsyncGenerator<EventBatch> {
  try {
    for (let item = first; item.done !== true; item = await source.next()) {
      const batch = batcher.add(item.value)
      if (batch !== undefined) yield batch
    }
    yield batcher.end({ ending: 'whole', usage: undefined })
  } finally {
    await source.return?.()
  }
}

// Longest batch that is stored with its media, in UTF-16 units. A 1K image with signature fits.
const MAX_BATCH_LENGTH = 4_194_304

/** Replaces media placeholders by their media; attaches media that is too long to store. */
function restoreShortMedia(batch: EventBatch, media: MediaBytes): EventBatch {
  const { data } = batch
  if (!data.some((text) => media.countPlaceholders(text) > 0)) return batch
  const length = data.reduce((sum, text) => sum + media.lengthWithMedia(text), 0)
  return length > MAX_BATCH_LENGTH ? { ...batch, media } : { ...batch, data: data.map((text) => media.toText(text)) }
}

/** Serialises and numbers the events of one stream. */
class Batcher {
  #next = 1
  #held: readonly string[] = []
  readonly #serialiser: EventSerialiser

  constructor(
    private readonly format: ResumableFormat,
    private readonly media: MediaBytes,
  ) {
    this.#serialiser = format.newSerialiser()
  }

  /** Makes a batch; undefined for the last events, on which clients disconnect: `end` adds them. */
  add(events: readonly unknown[]): EventBatch | undefined {
    const data = events.map((event) => this.#serialiser.toData(event))
    const last = events.at(-1)
    if (last === undefined || !this.format.isLast(last)) return this.#number(data)
    this.#held = data
    return undefined
  }

  end(end: StreamEnd): EventBatch {
    const failure = end.ending === 'failed' ? end.failure : undefined
    const next = this.#next - 1 + this.#held.length + this.format.firstEventNumber
    return { ...this.#number([...this.#held, ...this.format.toEndData(failure, next)]), end }
  }

  #number(data: readonly string[]): EventBatch {
    const first = this.#next
    this.#next += data.length
    return this.media.isEmpty ? { first, data } : restoreShortMedia({ first, data }, this.media)
  }
}
