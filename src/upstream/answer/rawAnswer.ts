import type { MediaBytes } from '../../contract/mediaBytes.js'
import type { Logprobs } from '../../contract/types.js'
import type { RawMessage } from './repairs/context.js'
import type { RawUsage } from './usage.js'

/** A choice, or what one event adds to it, in the terms of OpenAI and not repaired yet. */
export interface RawChoice {
  readonly index?: number
  readonly message?: RawMessage
  readonly delta?: RawMessage
  readonly finish_reason?: string | null
  readonly logprobs?: Logprobs | null
  /** Gemini's count of the answer so far, which it sends beside the choice. */
  readonly tokens?: number | undefined
}

/** A completion, or one event of its stream, in the terms of OpenAI and not repaired yet. */
export interface RawAnswer {
  readonly choices?: readonly RawChoice[]
  readonly usage?: RawUsage | null
  readonly model?: string
  /** Google's name of the processing tier that served the request. */
  readonly serviceTier?: string
  /** Where the answer can go on in another call. */
  readonly resumePoint?: ResumePoint
}

/** A place of an answer from which it can go on in another call. */
export interface ResumePoint {
  /** Names the place to Gemini. Google's pages allow an end without a token. */
  readonly token: string | undefined
  /** True where the call ends here, and the answer does not. */
  readonly isEnd: boolean
}

/** What may be detached from an answer before it is parsed. */
export interface DetachableMedia {
  /** Matches the end of a text in which the value of a member with media comes next. */
  readonly name: RegExp
  /**
   * Puts back what the proxy itself reads, so that marks remain only in what it passes on.
   *
   * @param text - the JSON of `value`
   */
  keepMarks(value: unknown, text: string, media: MediaBytes): unknown
}

/** Reads the answers of one of Google's APIs. Made for one answer: it may keep state. */
export interface AnswerDecoder {
  /** Data of the event that ends a stream; undefined where only the end of the body does. */
  readonly endMarker: string | undefined
  /** The long media of the answers; undefined where the API has none, or all must be read. */
  readonly media: DetachableMedia | undefined
  /** Reads a whole answer, in parsed JSON. @throws 502 where it has another structure */
  decode(value: unknown): RawAnswer
  /** Reads one event of a stream, likewise. A choice may occur several times, part by part. */
  decodeEvent(value: unknown): RawAnswer
  /** Ends a stream. @returns what refers to its whole answer, such as citations */
  decodeEnd(): RawAnswer
  /**
   * Called when another call continues the answer, before its first event.
   *
   * @param isResumption - true where it repeats what the last call sent after its last place
   */
  beginContinuation(isResumption: boolean): void
  /** Joins the token counts of two events of a stream. */
  mergeUsage(earlier: RawUsage, later: RawUsage): RawUsage
  /**
   * What Gemini needs back, besides its message, after the tool calls of the answer read so far;
   * undefined for nothing.
   */
  replayParts(): readonly object[] | undefined
}
