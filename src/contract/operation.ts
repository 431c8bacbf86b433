import type { CancelSignal } from './cancelSignal.js'
import type { ApiError } from './errors.js'
import type { EventBatch } from './eventFormat.js'
import type { MediaBytes } from './mediaBytes.js'
import type { RequestLog } from './requestLog.js'
import type { StoredFile } from './storedFile.js'
import type { AnswerOf, BodyOf, FileOperationId, OperationId, PathOf, PlainTextOf, QueryOf, RedirectOperationId, Streams } from './types.js'

/** A request of a client, validated against the contract. */
export interface OperationRequest<Id extends OperationId> {
  readonly body: BodyOf<Id>
  readonly path: PathOf<Id>
  readonly query: QueryOf<Id>
}

/** What an operation knows of the exchange that it serves. */
export interface OperationContext {
  /** Aborts on disconnection, at the time limit or at shutdown; its reason is the error sent. */
  readonly signal: CancelSignal
  /** When the time limit is reached, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /** Counts the memory of the request until `until` settles, also after its client disconnects. */
  readonly keep: (until: Promise<unknown>) => void
  /** Counts further bytes that the exchange holds. @throws ApiError 503 beyond the limit */
  readonly hold: (bytes: number) => void
  /** The media for which marks stand in the body of a chat request. */
  readonly media: MediaBytes | undefined
  /** Hash of the caller's token: separates what callers store; the same for all without tokens. */
  readonly caller: string
  /** The header `Last-Event-ID`: the last event that a reconnecting client has received. */
  readonly lastEventId: string | undefined
  /** The header `Accept`: the media types that the client can show. */
  readonly accept: string | undefined
  /** The header `X-Stream-Resume`: whether the client wants a resumable stream. */
  readonly isResumeRequested: boolean | undefined
  readonly requestLog: RequestLog
}

/** A response that rarely changes, such as a page or the contract. */
export type FileResult = { readonly file: StoredFile }
/** A redirect to another path of this server. */
export type RedirectResult = { readonly redirect: string }
/** A response as an event stream. */
export interface StreamResult<Batch> {
  /** The events that arrived together are one batch: it leaves in one write. */
  readonly batches: AsyncIterable<Batch>
  /** The SSE text of a batch. */
  frame(batch: Batch): string
  /** Ends the stream; `failure` is that of reading `batches`, if there was one. */
  end(failure: ApiError | undefined): StreamEnding
}
/** The end of an event stream. */
export interface StreamEnding {
  /** SSE text that is still to be sent. */
  readonly text: string
  /** The failure that the stream ended in, for log and metrics. */
  readonly failure: ApiError | undefined
}

/** The results that an operation can return, by the contract. */
export type OperationResult<Id extends OperationId> =
  | ([AnswerOf<Id>] extends [never] ? never : { readonly json: AnswerOf<Id> })
  | (Id extends FileOperationId ? FileResult : never)
  | (Id extends RedirectOperationId ? RedirectResult : never)
  | ([PlainTextOf<Id>] extends [never] ? never : { readonly text: PlainTextOf<Id>; readonly contentType: string })
  | (Id extends keyof Streams ? StreamResult<readonly Streams[Id][] | EventBatch> : never)

/** An operation: takes a valid request and returns data, without knowledge of HTTP. */
export type Operation<Id extends OperationId> = (request: OperationRequest<Id>, context: OperationContext) => Promise<OperationResult<Id>>

/** The handlers of all operations; a missing one does not compile. */
export type Operations = { readonly [Id in OperationId]: Operation<Id> }
