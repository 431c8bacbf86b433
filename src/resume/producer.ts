import { type ApiError, ClientGone, toStreamFailure } from '../contract/errors.js'
import type { EventForm, KeptForm } from '../contract/eventFormat.js'
import type { WrittenResult } from '../contract/operation.js'
import type { RequestLog } from '../contract/requestLog.js'
import { primed } from '../sse/firstEvent.js'
import { type Followed, following, type StreamStyle } from './reader.js'
import type { StreamEnd, StreamStore, StreamWriter } from './resumeStore.js'

/** Events that come together. */
type Events = readonly unknown[]
type Source = AsyncIterator<Events>

/** Starts the generation of an answer. @param signal - ends it */
export type Task = (signal: AbortSignal) => AsyncIterable<Events>

/** What {@link startProducer} needs. */
export interface ProducerParts {
  readonly store: StreamStore
  readonly firstEventPatienceMs: number
  readonly caller: string
  /** Counts the generation as under way until its end, whoever reads. */
  readonly keep: (until: Promise<unknown>) => void
  /** Of the request that has asked for the stream. */
  readonly signal: AbortSignal
  readonly requestLog: RequestLog
  /** How its events are written. */
  readonly form: KeptForm
  readonly style: StreamStyle
}

/**
 * Starts a generation that goes on without its client.
 *
 * Until the first event, which tells the client the id, the client's leaving ends it. From then on it writes to the store, whoever reads.
 * Where the store is full, the stream is one like any other: without ids, and ended by its client's leaving.
 *
 * @returns the stream as the first client reads it
 * @throws what the task throws before its first event, if that comes within the patience
 */
export async function startProducer(task: Task, parts: ProducerParts): Promise<WrittenResult> {
  const { signal, store, caller, requestLog, form, style } = parts
  const producing = new AbortController()
  const follow = (): void => producing.abort(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  if (signal.aborted) follow()
  const source = (await primed(task(producing.signal), parts.firstEventPatienceMs))[Symbol.asyncIterator]()
  let failure: ApiError | undefined
  let followed: Followed | undefined

  const begin = async (): Promise<AsyncIterator<string>> => {
    const first = await source.next()
    const id = first.done === true ? undefined : form.idOf(first.value)
    const writer = id === undefined ? undefined : store.open(id, caller, () => producing.abort(new ClientGone()))
    if (id === undefined || writer === undefined) return withoutIds(first, source, form)
    await writer.found
    signal.removeEventListener('abort', follow)
    followed = following(writer.stream.read(0, signal))
    const production = produce(first, source, { id, writer, requestLog, form, signal: producing.signal })
    parts.keep(production)
    void production.then((failed) => {
      failure = failed
    })
    return followed.texts
  }
  const toEnd: EventForm['toEnd'] = (failed) =>
    failed === undefined || followed === undefined ? form.toEnd(failed) : style.toReadingEnd(failed, followed.last())
  return { written: lazily(begin, source), failure: () => failure, form: { ...form, toEnd } }
}

interface Production {
  readonly id: string
  readonly writer: StreamWriter
  readonly requestLog: RequestLog
  readonly form: KeptForm
  readonly signal: AbortSignal
}

/** Writes an answer to the store, to its end. Never throws. @returns the failure that it has ended in */
async function produce(first: IteratorResult<Events>, source: Source, { id, writer, requestLog, form, signal }: Production) {
  let given = 0
  // Leaves with the end: whoever has read it may take it for that, and go.
  let last = { text: '', count: 0 }
  const finish = (failure: ApiError | undefined, end: StreamEnd): void => {
    const { text, count } = form.toKeptEnd(id, given + 1, failure)
    if (last.count + count > 0) void writer.append(last.text + text, last.count + count)
    writer.end(end)
  }
  try {
    for (let item = first; item.done !== true; item = await source.next()) {
      const { length: count } = item.value
      const text = form.toKeptText(id, given + 1, item.value)
      given += count
      if (form.isLast(item.value)) {
        last = { text, count }
        continue
      }
      const wait = writer.append(text, count)
      if (wait !== undefined) await wait
    }
    finish(undefined, { ending: 'whole', summary: JSON.stringify(requestLog.usage ?? null) })
    return undefined
  } catch (error) {
    const failure = toStreamFailure(signal.aborted ? signal.reason : error)
    finish(failure, { ending: 'failed', summary: '' })
    return failure
  }
}

async function* withoutIds(first: IteratorResult<Events>, source: Source, form: KeptForm): AsyncGenerator<string> {
  try {
    for (let item = first; item.done !== true; item = await source.next()) yield form.toText(item.value)
    yield form.toEnd(undefined)
  } finally {
    await source.return?.()
  }
}

/** An iterable whose iterator is made when the first item is asked for; then it stands aside. */
function lazily(begin: () => Promise<AsyncIterator<string>>, source: Source): AsyncIterable<string> {
  let begun: AsyncIterator<string> | undefined
  let next = async (): Promise<IteratorResult<string>> => {
    const iterator = await begin()
    begun = iterator
    next = () => iterator.next()
    return next()
  }
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => next(),
      return: async () => {
        if (begun === undefined) await source.return?.()
        return (await begun?.return?.()) ?? { done: true, value: undefined }
      },
    }),
  }
}
