import type { ApiError } from './errors.js'
import type { EventForm } from './eventFormat.js'
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
/** An answer as an event stream; events that arrived together come together. */
export interface StreamResult<Event> {
  readonly events: AsyncIterable<readonly Event[]>
  /** How its events are written; the chat's way unless told. */
  readonly form?: EventForm
}
/** An answer as an event stream whose text is written already, with its end. */
export interface WrittenResult {
  readonly written: AsyncIterable<string>
  /** The failure that its text has ended in, once it has ended; for the log. */
  failure(): ApiError | undefined
  /** How the reading of it fails; the chat's way unless told. */
  readonly form?: EventForm
}

/** All that an operation may answer, by the contract. */
export type OperationResult<Id extends OperationId> =
  | ([AnswerOf<Id>] extends [never] ? never : JsonResult<Id>)
  | (Id extends FileOperationId ? FileResult : never)
  | ([PlainTextOf<Id>] extends [never] ? never : TextResult<Id>)
  | (Id extends keyof Streams ? StreamResult<Streams[Id]> | WrittenResult : never)

/** One operation: takes a valid request and returns data. It knows no HTTP. */
export type Operation<Id extends OperationId> = (request: OperationRequest<Id>, context: OperationContext) => Promise<OperationResult<Id>>

/** The handlers of all operations; a missing one does not compile. */
export type Operations = { readonly [Id in OperationId]: Operation<Id> }
