import type { AnswerMedia } from './answerMedia.js'
import type { CancelSignal } from './cancelSignal.js'
import type { ApiError } from './errors.js'
import type { EventBatch } from './eventFormat.js'
import type { MediaBytes } from './mediaBytes.js'
import type { Protocol } from './protocol.js'
import type { RequestLog } from './requestLog.js'
import type { StaticFile } from './storedFile.js'
import type {
  BodyOf,
  BytesOperationId,
  BytesStreamOperationId,
  FileOperationId,
  JsonResponseOf,
  LongJsonOperationId,
  OperationId,
  PathOf,
  PlainTextOf,
  QueryOf,
  RedirectOperationId,
  StreamEvents,
} from './types.js'

/** A request of a client, validated against the contract. */
export interface OperationRequest<Id extends OperationId> {
  readonly body: BodyOf<Id>
  readonly path: PathOf<Id>
  readonly query: QueryOf<Id>
}

/**
 * Adds memory to an exchange's load. A unit is eight bytes: the memory of all copies of one byte
 * of a request body. @throws ApiError 503 at the memory limit
 */
export type CountMemory = (units: number) => void

/** Data and functions of one exchange that operations use. */
export interface OperationContext {
  /** Aborts when the client disconnects, the time limit is reached or the proxy stops. */
  readonly signal: CancelSignal
  /** When the time limit is reached, in milliseconds of `performance.now()`. */
  readonly deadlineAt: number
  /** Counts the exchange's memory as in use until `until` settles, even after a disconnection. */
  readonly keepMemoryCounted: (until: Promise<unknown>) => void
  /** Adds to the exchange's load, in units of eight bytes. @throws ApiError 503 at the limit */
  readonly countMemory: CountMemory
  /** Base64 media for the placeholders in the body of a chat request; undefined if it has none. */
  readonly media: MediaBytes | undefined
  /**
   * Collects the Base64 media of answers. Results and events contain placeholders, which are
   * replaced when they are sent. Before text is stored or sealed, `toText` must replace them.
   */
  readonly answerMedia: AnswerMedia
  /** Owner of stored data: the hash of the caller's token; the same for all without AUTH_TOKEN. */
  readonly caller: string
  /** The API that the client uses; errors are sent in its format. */
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
  readonly anthropicBetas: readonly string[]
  /** The header `Api-Revision` of Google's Interactions API. */
  readonly apiRevision: string | undefined
  readonly requestLog: RequestLog
}

/** A response with a file that rarely changes, such as a page or the OpenAPI document. */
export interface FileResult {
  readonly file: StaticFile
  /** True for a page that plays audio from `blob:` URLs, which its security policy must allow. */
  readonly playsSound?: boolean
}
/** A redirect to another path of this server. */
export type RedirectResult = { readonly redirect: string }
/** A response whose body is bytes, such as a response of Google that is relayed unchanged. */
export interface RelayedResult {
  readonly relayed: {
    readonly status: number
    readonly contentType: string
    readonly bytes: Uint8Array
    /** The failure, for log and metrics, if this is an error response. */
    readonly failure?: ApiError
  }
}
/** A response whose JSON is made in pieces while it is sent: as one text, it would be too long. */
export interface JsonPiecesResult {
  readonly jsonPieces: AsyncIterable<string>
}
/** A batch of events as it is sent: text, bytes, or bytes in pieces. */
export type SentBatch = string | Uint8Array | readonly Uint8Array[]

/** A streamed response: an event stream unless `contentType` is another type. */
export interface StreamResult<Batch, Sent extends SentBatch = string> {
  /** The events of the stream in batches; each batch is sent in one write. */
  readonly batches: AsyncIterable<Batch>
  /** The header `Content-Type`; by default that of an event stream. */
  readonly contentType?: string
  /** SSE text to send while the stream is silent; by default a comment. Empty: no heartbeats. */
  readonly heartbeat?: string | undefined
  /** Converts a batch to the SSE text, or to the bytes, that are sent. */
  frame(batch: Batch): Sent
  /** Returns what ends the stream. @param failure - the error that `batches` threw, if any */
  end(failure: ApiError | undefined): EndOfStream
}
/** The end of an event stream. */
export interface EndOfStream {
  /** The last SSE text to send, such as `[DONE]` or an error event. */
  readonly text: string
  /** The failure that ended the stream, for log and metrics. */
  readonly failure: ApiError | undefined
  /** True if the format has no error event: the connection must be reset to report the failure. */
  readonly mustResetConnection?: boolean
}

/** The results that an operation can return, derived from the contract. */
export type OperationResult<Id extends OperationId> =
  | ([JsonResponseOf<Id>] extends [never] ? never : { readonly json: JsonResponseOf<Id> })
  | (Id extends LongJsonOperationId ? JsonPiecesResult : never)
  | (Id extends FileOperationId ? FileResult : never)
  | (Id extends RedirectOperationId ? RedirectResult : never)
  | ([PlainTextOf<Id>] extends [never] ? never : { readonly text: PlainTextOf<Id>; readonly contentType: string })
  | (Id extends BytesOperationId ? RelayedResult : never)
  | (Id extends BytesStreamOperationId ? StreamResult<Uint8Array, Uint8Array> : never)
  | (Id extends keyof StreamEvents ? StreamResult<readonly StreamEvents[Id][] | EventBatch, SentBatch> : never)

/** An operation: takes a valid request and returns data, without knowledge of HTTP. */
export type Operation<Id extends OperationId> = (request: OperationRequest<Id>, context: OperationContext) => Promise<OperationResult<Id>>

/** The handlers of all operations; a missing handler is a compile error. */
export type Operations = { readonly [Id in OperationId]: Operation<Id> }
