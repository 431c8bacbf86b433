import { isRecord } from '../../../contract/isRecord.js'
import type { Repair } from '../../../contract/repair.js'
import type { OpenJson } from './openJson.js'
import { newThoughtState, type ThoughtState } from './thoughtSplitter.js'

/** A tool call in OpenAI's format before the repairs, whole or as a fragment of a stream. */
export interface RawToolCall {
  readonly index?: number
  readonly id?: string
  readonly type?: string
  readonly function?: { readonly name?: string; readonly arguments?: string }
  readonly extra_content?: unknown
}

/** A message of an answer or a delta, in OpenAI's format, before or after the repairs. */
export interface RawMessage {
  readonly role?: string
  readonly content?: string | null
  readonly refusal?: string | null
  readonly tool_calls?: readonly RawToolCall[] | null
  /** A single function call in OpenAI's older format. */
  readonly function_call?: RawToolCall['function'] | null
  readonly reasoning_content?: string | null
  readonly extra_content?: unknown
  readonly images?: unknown
  /** OpenAI's *partial images*: images that the model generated while it was thinking. */
  readonly partialImages?: unknown
  readonly audio?: unknown
  /** OpenAI's annotations: the sources that the text cites. */
  readonly annotations?: unknown
}

/** The whole message of a choice, or one delta. Repairs treat both alike. */
export interface AnswerPart {
  readonly message: RawMessage
  readonly finishReason: string | undefined
}

/** The state of one tool call while its fragments arrive. */
export interface ToolCallState {
  readonly upstreamId: string | undefined
  readonly upstreamIndex: number | undefined
  /** The id that is sent to the client. */
  readonly id: string
  name: string | undefined
  /** JSON text of the arguments that have arrived so far. */
  arguments: string
  /**
   * Detects incomplete arguments: a fragment that repeats the index and name of the call then
   * continues it. Undefined for a call without an index.
   */
  readonly openJson: OpenJson | undefined
  signature: string | undefined
  /** True once the id has been sent to the client. */
  hasBegun: boolean
}

/** State of a client's token limit: how much of the answer has been generated and sent. */
export interface TokenLimitState {
  /** The client's limit, in tokens of the answer without thoughts. */
  readonly limit: number
  /** Tokens of the answer so far that count towards the limit. */
  tokens: number
  /** Tokens that do not count towards the limit: those before the first content, and of images. */
  offset: number
  /** Tokens of executed code, which do not count towards the limit either. */
  codeTokens: number
  /** Length of executed code whose tokens Gemini has not counted yet, in UTF-16 units. */
  uncountedCode: number
  /** True after an image whose tokens Gemini has not counted yet. */
  hasUncountedImage: boolean
  /** Length of the content and tool calls generated so far, in UTF-16 units. */
  characters: number
  /** Length of the content sent to the client, in UTF-16 units. */
  contentLength: number
  /** Number of tool calls sent to the client. */
  callCount: number
  /** True once the answer has been cut, which ends it. */
  isReached: boolean
}

/** The state of one choice while its parts arrive, which the answer repairs read and update. */
export interface ChoiceState {
  /** Makes the id of a tool call for the client. */
  readonly newCallId: () => string
  /** For functions renamed for Gemini: the client's name, keyed by the name sent to Gemini. */
  readonly clientNames: ReadonlyMap<string, string>
  /** The tool calls so far, by index. */
  readonly calls: ToolCallState[]
  readonly thoughts: ThoughtState
  /** True once a part of the choice had content other than thoughts. */
  hasContent: boolean
  /** Gemini's own finish reason, if it is more specific than OpenAI's. */
  rawFinishReason: string | undefined
  /** State of the client's token limit; undefined unless the proxy must enforce it. */
  limit?: TokenLimitState
}

/** A repair of answers, whole and streamed. */
export type AnswerRepair = Repair<AnswerPart, ChoiceState>

/** Makes the initial state of a choice. */
export const newChoiceState = (newCallId: () => string, clientNames: ReadonlyMap<string, string> = new Map()): ChoiceState => ({
  newCallId,
  clientNames,
  calls: [],
  thoughts: newThoughtState(),
  hasContent: false,
  rawFinishReason: undefined,
})

/** Returns the member `google` of an `extra_content`; {} if it is absent. */
export function googleOf(extra: unknown): Readonly<Record<string, unknown>> {
  return isRecord(extra) && isRecord(extra.google) ? extra.google : {}
}

/** Returns the thought signature in an `extra_content`; undefined if it is absent. */
export function signatureIn(extra: unknown): string | undefined {
  const signature = googleOf(extra).thought_signature
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** Makes the `extra_content` with a thought signature, which the client sends back. */
export const toExtraContent = (signature: string): { google: { thought_signature: string } } => ({
  google: { thought_signature: signature },
})
