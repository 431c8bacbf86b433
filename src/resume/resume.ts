import { apiError } from '../contract/errors.js'
import type { EventBatch, ResumableFormat } from '../contract/eventFormat.js'
import type { OperationContext, SentBatch, StreamResult } from '../contract/operation.js'
import { type GenerateEvents, startProducer } from './producer.js'
import { BatchFramer } from './reader.js'
import type { ResumeStore, StoredStream } from './resumeStore.js'

/** The resumable streams of one API. */
export interface ResumableStreams {
  /** True if the stream of this request is to be resumable. */
  isWanted(context: OperationContext): boolean
  /** Starts a stream that survives disconnections. @throws errors of `task` before any event */
  begin(task: GenerateEvents, context: OperationContext, format?: ResumableFormat): Promise<StreamResult<EventBatch, SentBatch>>
  /** Reads the events after `lastEventId`. @throws 404, also if its stream is not `streamId` */
  readAfter(lastEventId: string, context: OperationContext, streamId?: string): Promise<StreamResult<EventBatch, SentBatch>>
  /** Reads all events of a stream. @throws 404 if no such stream is stored */
  readAll(streamId: string, context: OperationContext): Promise<StreamResult<EventBatch, SentBatch>>
  /** Finds a stored stream of the caller. @throws 404 if no such stream is stored */
  find(streamId: string, context: OperationContext): Promise<StoredStream>
  /** Deletes a stored stream of the caller. @returns whether it existed */
  delete(streamId: string, context: OperationContext): Promise<boolean>
}

/** Dependencies of {@link makeResumableStreams}. */
export interface ResumableStreamsParts {
  /** Which streams are resumable. Source: STREAM_RESUME. */
  readonly mode: 'off' | 'on-request' | 'always'
  readonly store: ResumeStore
  readonly format: ResumableFormat
  /** The error for a stream that does not exist. */
  readonly notFound: 'stream_not_found' | 'response_not_found'
  /** Longest wait for the first event before the response headers are sent, in milliseconds. */
  readonly firstEventPatienceMs: number
}

const EVENT_ID = /^([\w-]+):(\d{1,9})$/

/** Makes the resumable streams of one API. */
export function makeResumableStreams({ mode, store, format, notFound, firstEventPatienceMs }: ResumableStreamsParts): ResumableStreams {
  const isStream = (id: string): boolean => mode !== 'off' && format.streamId.test(id)
  const find = async (id: string, { caller }: OperationContext, after = 0): Promise<StoredStream> => {
    const found = isStream(id) ? await store.find(id, caller) : undefined
    if (found === undefined || !found.hasReached(after)) throw apiError(notFound)
    return found
  }
  const read = async (id: string, context: OperationContext, after = 0): Promise<StreamResult<EventBatch, SentBatch>> => {
    const stream = await find(id, context, after)
    Object.assign(context.requestLog, { streamed: true, resumed: true })
    const framer = new BatchFramer(format, id, after)
    const batches = stream.read(after, context.signal)
    return { batches, frame: (batch) => framer.frame(batch), end: (failure) => framer.end(failure) }
  }

  return {
    isWanted: ({ isResumeRequested }) => mode !== 'off' && (isResumeRequested ?? mode === 'always'),
    begin: (task, context, ownFormat = format) =>
      startProducer(task, { ...context, store, firstEventPatienceMs, format: ownFormat, storedFormat: format }),
    readAfter: async (lastEventId, context, streamId) => {
      const [, id, number] = EVENT_ID.exec(lastEventId) ?? []
      if (id === undefined || (streamId !== undefined && id !== streamId)) throw apiError(notFound)
      return read(id, context, Number(number) + 1 - format.firstEventNumber)
    },
    readAll: (streamId, context) => read(streamId, context),
    find: (streamId, context) => find(streamId, context),
    delete: async (streamId, { caller }) => isStream(streamId) && store.delete(streamId, caller),
  }
}
