import type { KeptForm } from '../contract/eventFormat.js'
import type { OperationContext, WrittenResult } from '../contract/operation.js'
import { startProducer, type Task } from './producer.js'
import { following, type StreamStyle } from './reader.js'
import type { StoredStream, StreamStore } from './resumeStore.js'

/** Streams that clients can come back to. */
export interface Resume {
  /** True where a stream of this request is to be kept. */
  isWanted(context: OperationContext): boolean
  /** Begins a stream that outlives its connection. @throws an early failure of its task */
  begin(task: Task, context: OperationContext, form: KeptForm): Promise<WrittenResult>
  /**
   * Gives what comes after an event.
   *
   * @param lastEventId - as the client sent it
   * @param streamId - the stream that it must be of; any unless told
   * @throws 404
   */
  from(lastEventId: string, context: OperationContext, streamId?: string): Promise<WrittenResult>
  /** Gives all events of a stream. @throws 404 */
  all(streamId: string, context: OperationContext): Promise<WrittenResult>
  /** Finds a stream. @throws 404 */
  find(streamId: string, context: OperationContext): Promise<StoredStream>
  /** Forgets a stream. @returns whether there was one */
  drop(streamId: string, context: OperationContext): Promise<boolean>
}

/** What {@link makeResume} needs. */
export interface ResumeParts {
  /** Source: STREAM_RESUME. */
  readonly mode: 'off' | 'on-request' | 'always'
  readonly store: StreamStore
  readonly style: StreamStyle
  /** How long a stream waits for its first event, in milliseconds, before it begins. */
  readonly firstEventPatienceMs: number
}

interface EventId {
  readonly streamId: string
  /** Events up to it. */
  readonly after: number
}

const EVENT_ID = /^([\w-]+):(\d{1,9})$/

/** Makes the streams of one API that clients can come back to. */
export function makeResume({ mode, store, style, firstEventPatienceMs }: ResumeParts): Resume {
  const parse = (text: string): EventId | undefined => {
    const [, streamId, number] = EVENT_ID.exec(text) ?? []
    if (streamId === undefined || !style.isStreamId(streamId)) return undefined
    return { streamId, after: Number(number) + 1 - style.firstNumber }
  }
  const find = async ({ streamId, after }: EventId, { caller }: OperationContext): Promise<StoredStream> => {
    const found = mode === 'off' || !style.isStreamId(streamId) ? undefined : await store.find(streamId, caller)
    if (found === undefined || !found.hasReached(after)) throw style.notFound()
    return found
  }
  const read = async (id: EventId, context: OperationContext): Promise<WrittenResult> => {
    const stream = await find(id, context)
    Object.assign(context.requestLog, { streamed: true, resumed: true })
    return toResult(stream.read(id.after, context.signal), style)
  }

  return {
    isWanted: ({ isResumeAsked }) => mode !== 'off' && (isResumeAsked ?? mode === 'always'),
    begin: (task, context, form) => startProducer(task, { ...context, store, firstEventPatienceMs, form, style }),
    from: async (lastEventId, context, streamId) => {
      const id = parse(lastEventId)
      if (id === undefined || (streamId !== undefined && id.streamId !== streamId)) throw style.notFound()
      return read(id, context)
    },
    all: (streamId, context) => read({ streamId, after: 0 }, context),
    find: (streamId, context) => find({ streamId, after: 0 }, context),
    drop: async (streamId, { caller }) => mode !== 'off' && style.isStreamId(streamId) && store.drop(streamId, caller),
  }
}

/** The rest of a stream as an answer. */
function toResult(rest: AsyncIterable<string>, { failureIn, toReadingEnd }: StreamStyle): WrittenResult {
  const { texts, last } = following(rest)
  return {
    written: { [Symbol.asyncIterator]: () => texts },
    failure: () => failureIn(last()),
    form: { toText: () => '', toEnd: (failure) => (failure === undefined ? '' : toReadingEnd(failure, last())) },
  }
}
