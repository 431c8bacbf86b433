import type { MediaBytes } from '../../contract/mediaBytes.js'
import type { Logprobs } from '../../contract/types.js'
import type { RawMessage } from './repairs/context.js'
import type { RawUsage } from './usage.js'

/** A choice, or one event's part of it, in OpenAI's format before the repairs. */
export interface RawChoice {
  readonly index?: number
  readonly message?: RawMessage
  readonly delta?: RawMessage
  readonly finish_reason?: string | null
  readonly logprobs?: Logprobs | null
  /** Gemini's token count of the answer so far. */
  readonly tokens?: number | undefined
}

/** A completion, or one event of its stream, in OpenAI's format before the repairs. */
export interface RawAnswer {
  readonly choices?: readonly RawChoice[]
  readonly usage?: RawUsage | null
  readonly model?: string
  /** Google's name of the processing tier that served the request. */
  readonly serviceTier?: string
  /** Set if the event has a continuation token, or ends the response unfinished. */
  readonly resumePoint?: ResumePoint
}

/** A point in an answer from which a further request can continue it. */
export interface ResumePoint {
  /** The continuation token. Google's documentation allows an unfinished end without one. */
  readonly token: string | undefined
  /** True if the response ends here, although the answer is unfinished. */
  readonly isEnd: boolean
}

/** The long media that are replaced by placeholders before an answer is parsed. */
export interface DetachableMedia {
  /** Matches JSON text that ends just before the value of a member with media. */
  readonly name: RegExp
  /**
   * Replaces the placeholders of media that the proxy reads itself by their text; others remain.
   *
   * @param text - the JSON of `value`
   */
  restoreMedia(value: unknown, text: string, media: MediaBytes): unknown
}

/** Decodes one answer of one of Google's APIs; keeps state between its events. */
export interface AnswerDecoder {
  /** Data of the event that ends a stream; undefined if the end of the body ends it. */
  readonly endMarker: string | undefined
  /** The media to detach; undefined if the API has none, or the proxy must read them all. */
  readonly media: DetachableMedia | undefined
  /** Decodes a whole answer from parsed JSON. @throws 502 for an invalid structure */
  decode(value: unknown): RawAnswer
  /** Decodes one event; a choice may occur several times. @throws as {@link decode} */
  decodeEvent(value: unknown): RawAnswer
  /** Ends a stream. @returns members that refer to the whole answer, such as citations */
  decodeEnd(): RawAnswer
  /**
   * Called before the first event of a continuation or resumption.
   *
   * @param isResumption - true if Gemini repeats what it sent after the last token
   */
  beginContinuation(isResumption: boolean): void
  /** Merges the token counts of two events of a stream. */
  mergeUsage(earlier: RawUsage, later: RawUsage): RawUsage
  /**
   * Returns the parts of the answer so far that Gemini needs back with the results of its tool
   * calls, besides the message; undefined if there are none.
   */
  replayParts(): readonly object[] | undefined
}
