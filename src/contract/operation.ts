import type { ApiError } from './errors.js'
import type { EventBatch } from './eventFormat.js'
import type { RequestLog } from './requestLog.js'
import type { StoredFile } from './storedFile.js'
import type { AnswerOf, BodyOf, FileOperationId, OperationId, PathOf, PlainTextOf, QueryOf, Streams } from './types.js'

/** What a client sent, validated against the contract. */
export interface OperationRequest<Id extends OperationId> {
  readonly body: BodyOf<Id>
  readonly path: PathOf<Id>
  readonly query: QueryOf<Id>
}

/** What an operation may know of the exchange it belongs to. */
export interface OperationContext {
  /**
   * Aborts when nobody waits for the answer any more, or its time is up. Its reason is what the
   * client is to be told.
   */
  readonly signal: AbortSignal
  /** When its time is up, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /**
   * Counts the exchange, and the memory of its request, as under way until then, though its client
   * may have left.
   */
  readonly keep: (until: Promise<unknown>) => void
  /**
   * Counts what is brought into memory for the exchange, in bytes, like the body of its request.
   *
   * @throws 503 where it is too much
   */
  readonly hold: (bytes: number) => void
  /**
   * Who asks: the hash of the token, so that nobody takes another's place; the same for all where
   * no token is needed.
   */
  readonly caller: string
  /** The id of the last event that a reconnecting client has seen, as it sent it. */
  readonly lastEventId: string | undefined
  /** Whether the client wants to be able to reconnect; undefined where it did not say. */
  readonly isResumeAsked: boolean | undefined
  /** Filled in while the answer is made: what its headers, the log and the metrics tell. */
  readonly requestLog: RequestLog
}

/** An answer in one piece. */
export type JsonResult<Id extends OperationId> = { readonly json: AnswerOf<Id> }
/** An answer as text, such as metrics. */
export type TextResult<Id extends OperationId> = { readonly text: PlainTextOf<Id>; readonly contentType: string }
/** An answer that stays the same, such as a page or the contract. */
export type FileResult = { readonly file: StoredFile }
/** A response as an event stream. */
export interface StreamResult<Batch> {
  /** The events that arrived together are one batch: it leaves in one write. */
  readonly batches: AsyncIterable<Batch>
  /** The SSE text of a batch. */
  frame(batch: Batch): string
  /** Ends the stream. @param failure - of reading `batches`; undefined where they were read to the end */
  end(failure: ApiError | undefined): StreamEnding
}
/** The end of an event stream. */
export interface StreamEnding {
  /** SSE text that is still to be sent. */
  readonly text: string
  /** The failure that the stream ended in, for log and metrics. */
  readonly failure: ApiError | undefined
}

/** All that an operation may answer, by the contract. */
export type OperationResult<Id extends OperationId> =
  | ([AnswerOf<Id>] extends [never] ? never : JsonResult<Id>)
  | (Id extends FileOperationId ? FileResult : never)
  | ([PlainTextOf<Id>] extends [never] ? never : TextResult<Id>)
  | (Id extends keyof Streams ? StreamResult<readonly Streams[Id][] | EventBatch> : never)

/** One operation: takes a valid request and returns data. It knows no HTTP. */
export type Operation<Id extends OperationId> = (request: OperationRequest<Id>, context: OperationContext) => Promise<OperationResult<Id>>

/** The handlers of all operations; a missing one does not compile. */
export type Operations = { readonly [Id in OperationId]: Operation<Id> }
