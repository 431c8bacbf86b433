import type { MediaBytes } from '../../contract/mediaBytes.js'
import type { Logprobs } from '../../contract/types.js'
import type { RawMessage } from './repairs/context.js'
import type { AnswerTokens, RawUsage } from './usage.js'

/** A choice, or one event's part of it, in OpenAI's format before the repairs. */
export interface RawChoice {
  readonly index?: number
  readonly message?: RawMessage
  readonly delta?: RawMessage
  readonly finish_reason?: string | null
  readonly logprobs?: Logprobs | null
  /** Tokens of the answer so far; undefined if Gemini has not counted them. */
  readonly tokens?: AnswerTokens | undefined
}

/** A completion, or one event of its stream, in OpenAI's format before the repairs. */
export interface RawAnswer {
  readonly choices?: readonly RawChoice[]
  readonly usage?: RawUsage | null
  readonly model?: string
  /** Google's name of the processing tier that served the request. */
  readonly serviceTier?: string
  /** Point from which the answer can be continued; undefined if this event has none. */
  readonly resumePoint?: ResumePoint
}

/** A point in an answer from which a further request can continue it. */
export interface ResumePoint {
  /** The continuation token; undefined if Gemini ended an unfinished answer without one. */
  readonly token: string | undefined
  /** True if the response ends here, although the answer is unfinished. */
  readonly endsResponse: boolean
}

/** Defines which long base64 strings of an answer are replaced by placeholders before parsing. */
export interface DetachableMedia {
  /** Matches JSON text that ends just before the value of a member with media. */
  readonly memberPattern: RegExp
  /**
   * Restores, in parsed JSON, the media that the proxy must read. Other placeholders remain.
   *
   * @param text - the JSON of `value`
   */
  restoreMedia(value: unknown, text: string, media: MediaBytes): unknown
}

/** Decodes one answer of one of Google's APIs; keeps state between its events. */
export interface AnswerDecoder {
  /** Data of the event that ends a stream; undefined if the end of the body ends it. */
  readonly endMarker: string | undefined
  /** The base64 to store separately; undefined if all of it must stay in the JSON. */
  readonly media: DetachableMedia | undefined
  /** Decodes a whole answer from parsed JSON. @throws 502 for an invalid structure */
  decode(value: unknown): RawAnswer
  /** Decodes one event, which may have several parts of a choice. @throws as {@link decode} */
  decodeEvent(value: unknown): RawAnswer
  /** Ends a stream. @returns members that refer to the whole answer, such as citations */
  decodeEnd(): RawAnswer
  /**
   * Prepares for the first event of a continuation or resumption.
   *
   * @param isResumption - true if Gemini sends the answer after the last resume point again
   */
  beginContinuation(isResumption: boolean): void
  /** Merges the token counts of two events of a stream. Each event may lack some counts. */
  mergeUsage(earlier: RawUsage, later: RawUsage): RawUsage
  /**
   * Returns the parts of the answer so far if Gemini needs them back with the results of the tool
   * calls, and the client's messages cannot contain them all; else undefined.
   */
  replayParts(): readonly object[] | undefined
}
