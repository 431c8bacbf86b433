import type { Repair } from '../repair.js'
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

/** What is remembered of one choice while its parts pass. Only the repairs write it. */
export interface ChoiceMemory {
  /** Makes an id for a tool call that has none. */
  readonly newCallId: () => string
  /** The tool calls so far, at the place that is their index. */
  readonly calls: { upstreamId: string | undefined; id: string; name: string | undefined; signature: string | undefined }[]
  /** How many of them had begun before the present piece. */
  callsBefore: number
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
  callsBefore: 0,
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

/** What a client has to send back of an `extra_content`: the signature, where there is one. */
export function toExtraContent(extra: unknown): { extra_content?: { google: { thought_signature: string } } } {
  const signature = signatureIn(extra)
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
}
