import type { AnswerMedia } from './answerMedia.js'
import type { CancelSignal } from './cancelSignal.js'
import type { ApiError } from './errors.js'
import type { EventBatch } from './eventFormat.js'
import type { MediaBytes } from './mediaBytes.js'
import type { Protocol } from './protocol.js'
import type { RequestLog } from './requestLog.js'
import type { StoredFile } from './storedFile.js'
import type {
  AnswerOf,
  BodyOf,
  BytesOperationId,
  BytesStreamId,
  FileOperationId,
  OperationId,
  PathOf,
  PlainTextOf,
  QueryOf,
  RedirectOperationId,
  Streams,
} from './types.js'

/** A request of a client, validated against the contract. */
export interface OperationRequest<Id extends OperationId> {
  readonly body: BodyOf<Id>
  readonly path: PathOf<Id>
  readonly query: QueryOf<Id>
}

/** The facts and functions of an exchange that operations use. */
export interface OperationContext {
  /** Aborts on disconnection, at the time limit or at shutdown; its reason is the error sent. */
  readonly signal: CancelSignal
  /** When the time limit is reached, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /** Keeps counting the request's memory until `until` settles, even after a disconnection. */
  readonly keep: (until: Promise<unknown>) => void
  /** Counts further bytes of memory of the exchange. @throws ApiError 503 beyond the limit */
  readonly hold: (bytes: number) => void
  /** The media of the placeholders in the body of a chat; undefined if there are none. */
  readonly media: MediaBytes | undefined
  /**
   * Collects the long media of answers. Results and events contain placeholders, which are replaced
   * on sending; text that is stored or sealed must be passed to `toText` first.
   */
  readonly answerMedia: AnswerMedia
  /** Owner of stored data: the hash of the caller's token; the same for all without AUTH_TOKEN. */
  readonly caller: string
  /** The API whose request and error formats apply. */
  readonly protocol: Protocol
  /** The id of the request, as in the header `x-request-id`. */
  readonly requestId: string
  /** The header `Last-Event-ID`: the id of the last event that a reconnecting client has. */
  readonly lastEventId: string | undefined
  /** The header `Accept`: the media types that the client accepts. */
  readonly accept: string | undefined
  /** The header `X-Stream-Resume`: whether the client wants a resumable stream. */
  readonly isResumeRequested: boolean | undefined
  /** The feature names in the header `anthropic-beta`. */
  readonly betas: readonly string[]
  /** The header `Api-Revision` of Google's Interactions API. */
  readonly apiRevision: string | undefined
  readonly requestLog: RequestLog
}

/** A response that rarely changes, such as a page or the contract. */
export interface FileResult {
  readonly file: StoredFile
  /** True for a page that plays audio from `blob:` URLs. */
  readonly playsSound?: boolean
}
/** A redirect to another path of this server. */
export type RedirectResult = { readonly redirect: string }
/** A response of bytes, such as one that is relayed unchanged. */
export interface RelayedResult {
  readonly relayed: {
    readonly status: number
    readonly contentType: string
    readonly bytes: Uint8Array
    /** The failure that an error response reports, for log and metrics. */
    readonly failure?: ApiError
  }
}
/** A batch as it is sent: text, bytes, or bytes in pieces. */
export type SentBatch = string | Uint8Array | readonly Uint8Array[]

/** A streamed response: an event stream unless `contentType` is another type. */
export interface StreamResult<Batch, Sent extends SentBatch = string> {
  /** Each batch is sent in one write. */
  readonly batches: AsyncIterable<Batch>
  /** The header `Content-Type`; by default that of an event stream. */
  readonly contentType?: string
  /** SSE text to send during silence; by default a comment, empty for no heartbeats. */
  readonly heartbeat?: string | undefined
  /** Serialises a batch to SSE text, or to the bytes that are relayed. */
  frame(batch: Batch): Sent
  /** Ends the stream. @param failure - the error of reading `batches`, if any */
  end(failure: ApiError | undefined): StreamEnding
}
/** The end of an event stream. */
export interface StreamEnding {
  /** The last text to send. */
  readonly text: string
  /** The failure that ended the stream, for log and metrics. */
  readonly failure: ApiError | undefined
  /** True if the format cannot express the failure: the connection must be reset instead. */
  readonly isBroken?: boolean
}

/** The results that an operation can return, by the contract. */
export type OperationResult<Id extends OperationId> =
  | ([AnswerOf<Id>] extends [never] ? never : { readonly json: AnswerOf<Id> })
  | (Id extends FileOperationId ? FileResult : never)
  | (Id extends RedirectOperationId ? RedirectResult : never)
  | ([PlainTextOf<Id>] extends [never] ? never : { readonly text: PlainTextOf<Id>; readonly contentType: string })
  | (Id extends BytesOperationId ? RelayedResult : never)
  | (Id extends BytesStreamId ? StreamResult<Uint8Array, Uint8Array> : never)
  | (Id extends keyof Streams ? StreamResult<readonly Streams[Id][] | EventBatch, SentBatch> : never)

/** An operation: takes a valid request and returns data, without knowledge of HTTP. */
export type Operation<Id extends OperationId> = (request: OperationRequest<Id>, context: OperationContext) => Promise<OperationResult<Id>>

/** The handlers of all operations; a missing one does not compile. */
export type Operations = { readonly [Id in OperationId]: Operation<Id> }
