import type { ChatCompletionChunk, ErrorResponse } from '../contract/types.js'
import { ApiError, ClientGone, type ErrorType, toErrorResponse, toStreamFailure } from '../errors.js'
import { DONE, DONE_DATA, dataOf, toEvents, toEventsWithIds, toEventWithId } from '../sse/encode.js'
import { primed } from '../sse/primed.js'
import type { StreamStore, StreamWriter } from '../streams/streamStore.js'
import type { Notes } from '../upstream/notes.js'
import type { WrittenResult } from './operation.js'

type Chunks = readonly ChatCompletionChunk[]
type Source = AsyncIterator<Chunks>

/** Starts the generation of an answer. @param signal - ends it */
export type Task = (signal: AbortSignal) => AsyncIterable<Chunks>

/** What {@link startProducer} needs. */
export interface ProducerParts {
  readonly store: StreamStore
  readonly firstEventPatienceMs: number
  readonly caller: string
  /** Counts the generation as under way until its end, whoever reads. */
  readonly keep: (until: Promise<unknown>) => void
  /** Of the request that has asked for the stream. */
  readonly signal: AbortSignal
  readonly notes: Notes
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
  const { signal, store, caller, notes } = parts
  const producing = new AbortController()
  const follow = (): void => producing.abort(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  if (signal.aborted) follow()
  const source = (await primed(task(producing.signal), parts.firstEventPatienceMs))[Symbol.asyncIterator]()
  let failure: ApiError | undefined

  const begin = async (): Promise<AsyncIterator<string>> => {
    const first = await source.next()
    const id = first.done === true ? undefined : first.value[0]?.id
    const writer = id === undefined ? undefined : store.open(id, caller, () => producing.abort(new ClientGone()))
    if (id === undefined || writer === undefined) return withoutIds(first, source)
    await writer.found
    signal.removeEventListener('abort', follow)
    const reader = writer.stream.read(0, signal)[Symbol.asyncIterator]()
    const production = produce(first, source, { id, writer, notes, signal: producing.signal })
    parts.keep(production)
    void production.then((failed) => {
      failure = failed
    })
    return reader
  }
  return { written: lazily(begin, source), failure: () => failure }
}

interface Production {
  readonly id: string
  readonly writer: StreamWriter
  readonly notes: Notes
  readonly signal: AbortSignal
}

/** Writes an answer to the store, to its end. Never throws. @returns the failure that it has ended in */
async function produce(first: IteratorResult<Chunks>, source: Source, { id, writer, notes, signal }: Production) {
  let given = 0
  const last = (data: string): void => void writer.append(toEventWithId(`${id}:${given + 1}`, data), 1)
  try {
    for (let item = first; item.done !== true; item = await source.next()) {
      const wait = writer.append(toEventsWithIds(id, given + 1, item.value), item.value.length)
      given += item.value.length
      if (wait !== undefined) await wait
    }
    last(DONE_DATA)
    writer.end({ ending: 'whole', summary: JSON.stringify(notes.usage ?? null) })
    return undefined
  } catch (error) {
    const failure = toStreamFailure(signal.aborted ? signal.reason : error)
    last(JSON.stringify(toErrorResponse(failure)))
    writer.end({ ending: 'failed', summary: '' })
    return failure
  }
}

async function* withoutIds(first: IteratorResult<Chunks>, source: Source): AsyncGenerator<string> {
  try {
    for (let item = first; item.done !== true; item = await source.next()) yield toEvents(item.value)
    yield DONE
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

/** The failure that a stream has ended in, read from its last text; undefined for any other end. */
export function failureIn(text: string): ApiError | undefined {
  const data = dataOf(text).at(-1)
  if (!data?.startsWith('{"error":')) return undefined
  // Written above, in the form of the contract.
  const { error } = JSON.parse(data) as ErrorResponse
  return new ApiError(502, error.type as ErrorType, error.code, error.message)
}
