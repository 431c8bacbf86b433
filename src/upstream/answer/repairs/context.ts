import { isRecord } from '../../../contract/isRecord.js'
import type { Repair } from '../../../contract/repair.js'
import { newThoughtMemory, type ThoughtMemory } from './thoughtSplitter.js'

/** A tool call as Gemini sends it, whole or as a fragment of a stream. */
export interface RawToolCall {
  readonly index?: number
  readonly id?: string
  readonly type?: string
  readonly function?: { readonly name?: string; readonly arguments?: string }
  readonly extra_content?: unknown
}

/** A message or delta as Gemini sends it, in OpenAI's format. */
export interface RawMessage {
  readonly role?: string
  readonly content?: string | null
  readonly refusal?: string | null
  readonly tool_calls?: readonly RawToolCall[] | null
  /** OpenAI's older form of a single call. */
  readonly function_call?: RawToolCall['function'] | null
  readonly reasoning_content?: string | null
  readonly extra_content?: unknown
  readonly images?: unknown
  /** Images that the model generated as part of its thoughts. */
  readonly drafts?: unknown
  readonly audio?: unknown
  /** OpenAI's annotations: the sources that the text cites. */
  readonly annotations?: unknown
}

/** A whole message or one delta of a choice; a whole answer is a stream of one part. */
export interface AnswerPart {
  readonly message: RawMessage
  readonly finishReason: string | undefined
}

/** The state of one tool call while its parts arrive. */
export interface CallMemory {
  readonly upstreamId: string | undefined
  readonly upstreamIndex: number | undefined
  /** The id that is sent to the client. */
  readonly id: string
  name: string | undefined
  /** All arguments so far. */
  arguments: string
  signature: string | undefined
  /** True once the id has been sent to the client. */
  hasBegun: boolean
}

/** How much of an answer has been sent to a client that set a token limit. */
export interface LimitMemory {
  /** The client's limit, in tokens of the answer without thoughts. */
  readonly limit: number
  /** Tokens of the answer so far. */
  tokens: number
  /** Tokens counted before the first content of the answer. */
  offset: number
  /** Characters of the answer so far. */
  characters: number
  /** Characters of the content sent to the client. */
  content: number
  /** Number of tool calls sent to the client. */
  calls: number
  /** True once the answer has been cut, which ends it. */
  isReached: boolean
}

/** The state of one choice while its parts arrive. Only the repairs write it. */
export interface ChoiceMemory {
  /** Makes the id of a tool call. */
  readonly newCallId: () => string
  /** Names of functions that Gemini knows by another name: Gemini's name to the client's. */
  readonly clientNames: ReadonlyMap<string, string>
  /** The tool calls so far, by index. */
  readonly calls: CallMemory[]
  readonly thoughts: ThoughtMemory
  /** True once a part had content other than thoughts. */
  hasContent: boolean
  /** Gemini's own finish reason, if it is more specific than OpenAI's. */
  rawFinishReason: string | undefined
  /** Present if the proxy must enforce the client's token limit. */
  limit?: LimitMemory
}

/** A repair of answers, whole and streamed. */
export type AnswerRepair = Repair<AnswerPart, ChoiceMemory>

/** Makes the state for a new choice. */
export const newChoiceMemory = (newCallId: () => string, clientNames: ReadonlyMap<string, string> = new Map()): ChoiceMemory => ({
  newCallId,
  clientNames,
  calls: [],
  thoughts: newThoughtMemory(),
  hasContent: false,
  rawFinishReason: undefined,
})

/** Returns the member `google` of an `extra_content`; {} if there is none. */
export function googleOf(extra: unknown): Readonly<Record<string, unknown>> {
  return isRecord(extra) && isRecord(extra.google) ? extra.google : {}
}

/** Returns the thought signature in an `extra_content`, if there is one. */
export function signatureIn(extra: unknown): string | undefined {
  const signature = googleOf(extra).thought_signature
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** Makes the `extra_content` that holds a signature for a client, which sends it back. */
export const toExtraContent = (signature: string): { google: { thought_signature: string } } => ({
  google: { thought_signature: signature },
})
