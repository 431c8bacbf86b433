import type { Repair } from '../../../contract/repair.js'
import { newThoughtMemory, type ThoughtMemory } from './thoughtSplitter.js'

/** A tool call as Gemini sends it, whole or as part of a stream. */
export interface RawToolCall {
  readonly index?: number
  readonly id?: string
  readonly type?: string
  readonly function?: { readonly name?: string; readonly arguments?: string }
  readonly extra_content?: unknown
}

/** A message, or the delta of one, as Gemini sends it. */
export interface RawMessage {
  readonly role?: string
  readonly content?: string | null
  readonly refusal?: string | null
  readonly tool_calls?: readonly RawToolCall[] | null
  readonly reasoning_content?: string | null
  readonly extra_content?: unknown
  readonly images?: unknown
  readonly audio?: unknown
}

/** One choice of an answer, its `message` or `delta` under one name: an answer in JSON is a stream of one piece. */
export interface AnswerPart {
  readonly message: RawMessage
  readonly finishReason: string | undefined
}

/** What is known of one tool call. */
export interface CallMemory {
  readonly upstreamId: string | undefined
  readonly upstreamIndex: number | undefined
  /** The id that the client gets. */
  readonly id: string
  name: string | undefined
  /** All arguments so far. */
  arguments: string
  signature: string | undefined
  /** True once the client has been told its id. */
  hasBegun: boolean
}

/** What is remembered of one choice while its parts pass. Only the repairs write it. */
export interface ChoiceMemory {
  /** Makes an id for a tool call that has none. */
  readonly newCallId: () => string
  /** The tool calls so far, at the place that is their index. */
  readonly calls: CallMemory[]
  readonly thoughts: ThoughtMemory
  /** True once any text of the answer itself has passed. */
  hasContent: boolean
  /** Gemini's own word for the end, where OpenAI has none as exact. */
  rawFinishReason: string | undefined
}

/** A repair of answers, in JSON and in streams alike. */
export type AnswerRepair = Repair<'answer', AnswerPart, ChoiceMemory>

/** Fresh memory for a choice. */
export const newChoiceMemory = (newCallId: () => string): ChoiceMemory => ({
  newCallId,
  calls: [],
  thoughts: newThoughtMemory(),
  hasContent: false,
  rawFinishReason: undefined,
})

/** Google's corner of `extra_content`. */
export function googleOf(extra: unknown): { readonly thought?: unknown; readonly thought_signature?: unknown } {
  if (typeof extra !== 'object' || extra === null || !('google' in extra)) return {}
  const { google } = extra
  return typeof google === 'object' && google !== null ? google : {}
}

/** The signature in an `extra_content`, if there is one. */
export function signatureIn(extra: unknown): string | undefined {
  const signature = googleOf(extra).thought_signature
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** The `extra_content` that carries a signature to a client and back. */
export const toExtraContent = (signature: string): { google: { thought_signature: string } } => ({
  google: { thought_signature: signature },
})
