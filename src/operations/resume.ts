import type { ChatCompletion } from '../contract/types.js'
import { streamNotFound } from '../errors.js'
import type { StoredStream, StreamStore } from '../streams/streamStore.js'
import type { OperationContext, WrittenResult } from './operation.js'
import { failureIn, startProducer, type Task } from './resumeProducer.js'
import { toWhole } from './resumeWhole.js'

/** Streams that clients can come back to. */
export interface Resume {
  /** True where a stream of this request is to be kept. */
  isWanted(context: OperationContext): boolean
  /** Begins a stream that outlives its connection. @throws an early failure of its task */
  begin(task: Task, context: OperationContext): Promise<WrittenResult>
  /**
   * Gives what comes after an event.
   *
   * @param lastEventId - as the client sent it
   * @param streamId - the stream that it must be of; any unless told
   * @throws 404 `stream_not_found`
   */
  from(lastEventId: string, context: OperationContext, streamId?: string): Promise<WrittenResult>
  /** Puts a finished answer together. @throws 404 `stream_not_found`, also while it is not finished */
  whole(streamId: string, context: OperationContext): Promise<ChatCompletion>
}

/** What {@link makeResume} needs. */
export interface ResumeParts {
  /** Source: STREAM_RESUME. */
  readonly mode: 'off' | 'on-request' | 'always'
  readonly store: StreamStore
  /** How long a stream waits for its first event, in milliseconds, before it begins. */
  readonly firstEventPatienceMs: number
}

interface EventId {
  readonly streamId: string
  readonly number: number
}

const EVENT_ID = /^(chatcmpl-[0-9a-f]{32}):(\d{1,9})$/

function parseEventId(text: string): EventId | undefined {
  const [, streamId, number] = EVENT_ID.exec(text) ?? []
  return streamId === undefined ? undefined : { streamId, number: Number(number) }
}

/** Makes the streams that clients can come back to. */
export function makeResume({ mode, store, firstEventPatienceMs }: ResumeParts): Resume {
  const find = async ({ streamId, number }: EventId, { caller }: OperationContext): Promise<StoredStream> => {
    const found = mode === 'off' ? undefined : await store.find(streamId, caller)
    if (found === undefined || !found.hasReached(number)) throw streamNotFound()
    return found
  }

  return {
    isWanted: ({ isResumeAsked }) => mode !== 'off' && (isResumeAsked ?? mode === 'always'),
    begin: (task, context) => startProducer(task, { store, firstEventPatienceMs, ...context }),
    from: async (lastEventId, context, streamId) => {
      const id = parseEventId(lastEventId)
      if (id === undefined || (streamId !== undefined && id.streamId !== streamId)) throw streamNotFound()
      const stream = await find(id, context)
      Object.assign(context.notes, { streamed: true, resumed: true })
      return toResult(stream, id.number, context.signal)
    },
    whole: async (streamId, context) => {
      const id = parseEventId(`${streamId}:0`)
      if (id === undefined) throw streamNotFound()
      const stream = await find(id, context)
      const end = stream.end()
      if (end?.ending !== 'whole') throw streamNotFound('This answer is not finished. Ask for it as a stream: `?stream=true`.')
      context.notes.resumed = true
      return toWhole(stream.read(0, context.signal), end.summary)
    },
  }
}

/** The rest of a stream as an answer. */
function toResult(stream: StoredStream, after: number, signal: AbortSignal): WrittenResult {
  let last = ''
  async function* written(): AsyncGenerator<string> {
    for await (const text of stream.read(after, signal)) {
      last = text
      yield text
    }
  }
  return { written: written(), failure: () => failureIn(last) }
}
