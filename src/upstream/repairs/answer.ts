import type { Repair } from './repair.js'

/** A tool call as Gemini sends it, whole or as part of a stream. */
export interface RawToolCall {
  index?: number
  id?: string
  type?: string
  function?: { name?: string; arguments?: string }
  extra_content?: unknown
}

/** A message, or the delta of one, as Gemini sends it. */
export interface RawMessage {
  role?: string
  content?: string | null
  refusal?: string | null
  tool_calls?: RawToolCall[]
  reasoning_content?: string
  extra_content?: unknown
}

/** One choice of an answer, its `message` or `delta` under one name: an answer in JSON is a stream of one piece. */
export interface AnswerPart {
  readonly message: RawMessage
  readonly finishReason: string | undefined
}

/** What is remembered of one choice while its parts pass. */
export interface ChoiceMemory {
  /** The tool calls so far, by the place that is their index. */
  readonly toolCallIds: string[]
}

/** A repair of answers, in JSON and in streams alike. */
export type AnswerRepair = Repair<'answer', AnswerPart, ChoiceMemory>

/** Fresh memory for a choice. */
export const newChoiceMemory = (): ChoiceMemory => ({ toolCallIds: [] })

const FINISH_REASONS: Readonly<Record<string, string>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
}

const toolCallIndex: AnswerRepair = {
  name: 'tool-call-index',
  stage: 'answer',
  reason: 'Gemini streams tool calls without `index`, so that clients merge parallel calls or lose them.',
  apply: (part, memory) => {
    const calls = part.message.tool_calls
    if (calls === undefined) return part
    return { ...part, message: { ...part.message, tool_calls: calls.map((call) => ({ ...call, index: placeOf(call, memory) })) } }
  },
}

/** Finds the place of a call: by its id, as a continuation of the last call, or as a new one. */
function placeOf(call: RawToolCall, { toolCallIds }: ChoiceMemory): number {
  const continued = call.id === undefined && call.function?.name === undefined && toolCallIds.length > 0
  if (continued) return toolCallIds.length - 1
  const known = call.id ? toolCallIds.indexOf(call.id) : -1
  if (known !== -1) return known
  return toolCallIds.push(call.id ?? '') - 1
}

const finishReason: AnswerRepair = {
  name: 'finish-reason',
  stage: 'answer',
  reason: 'Gemini ends with reasons that OpenAI does not know, such as `content_filter: PROHIBITED_CONTENT` or upper-case native ones.',
  apply: (part) => {
    const reason = part.finishReason
    if (reason === undefined) return part
    const mended = reason.startsWith('content_filter') ? 'content_filter' : (FINISH_REASONS[reason] ?? reason)
    return mended === reason ? part : { ...part, finishReason: mended }
  },
}

const toolCallsFinish: AnswerRepair = {
  name: 'finish-tool-calls',
  stage: 'answer',
  reason: 'Gemini says `stop` after tool calls, and agents then end their loop.',
  apply: (part, memory) => (part.finishReason === 'stop' && memory.toolCallIds.length > 0 ? { ...part, finishReason: 'tool_calls' } : part),
}

/** The repairs of answers, in the order in which they apply. */
export const ANSWER_REPAIRS: readonly AnswerRepair[] = [toolCallIndex, finishReason, toolCallsFinish]
