import type { ChatCompletion, ChatCompletionChunk, Usage } from '../contract/types.js'
import { upstreamError } from '../errors.js'
import { ANSWER_REPAIRS, type AnswerPart, type ChoiceMemory, newChoiceMemory, type RawMessage, type RawToolCall } from './repairs/answer.js'
import { applyAll } from './repairs/repair.js'
import type { RawUsage } from './usage.js'

/** A choice of a whole answer. */
export type Choice = ChatCompletion['choices'][number]
/** A choice of one event. */
export type ChunkChoice = ChatCompletionChunk['choices'][number]
/** Why an answer ended, in OpenAI's words. */
export type FinishReason = Choice['finish_reason']

/** An answer, or one event of it, as Gemini sends it. */
export interface RawAnswer {
  readonly choices?: readonly {
    readonly index?: number
    readonly message?: RawMessage
    readonly delta?: RawMessage
    readonly finish_reason?: string | null
  }[]
  readonly usage?: RawUsage | null
  readonly model?: string
}

/** The part of a raw choice that the repairs work on. */
export const toPart = (choice: NonNullable<RawAnswer['choices']>[number]): AnswerPart => ({
  message: choice.message ?? choice.delta ?? {},
  finishReason: choice.finish_reason ?? undefined,
})

const FINISH_REASONS: ReadonlySet<string> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
] satisfies FinishReason[])

/** @throws 502 where Gemini ended for a reason that no repair knows */
export function toFinishReason(reason: string): FinishReason {
  // The set holds nothing but finish reasons.
  if (FINISH_REASONS.has(reason)) return reason as FinishReason
  throw upstreamError('Gemini broke its answer off.', { cause: new Error(`finish_reason ${reason.slice(0, 100)}`) })
}

/** Makes the choice of a whole answer. @throws 502 where it does not say why it ended */
export function toChoice(raw: NonNullable<RawAnswer['choices']>[number], index: number): Choice {
  const { message, finishReason } = applyAll(ANSWER_REPAIRS, toPart(raw), newChoiceMemory())
  if (finishReason === undefined) throw upstreamError('Gemini broke its answer off.')
  const toolCalls = message.tool_calls?.map(toWholeCall)
  return {
    index,
    message: {
      role: 'assistant',
      content: message.content ?? null,
      refusal: message.refusal ?? null,
      ...(toolCalls === undefined ? {} : { tool_calls: toolCalls }),
    },
    logprobs: null,
    finish_reason: toFinishReason(finishReason),
  }
}

const toWholeCall = (call: RawToolCall): NonNullable<Choice['message']['tool_calls']>[number] => ({
  id: call.id ?? '',
  type: 'function',
  function: { name: call.function?.name ?? '', arguments: call.function?.arguments ?? '{}' },
})

/** Follows one choice through a stream. */
export interface ChoiceStream {
  /** Adds the choices of one event, as OpenAI would have sent them; the end is kept for {@link ChoiceStream.end}. */
  add(raw: NonNullable<RawAnswer['choices']>[number], out: ChunkChoice[]): void
  /** Gives the last choice. @throws 502 where Gemini never said why it ended */
  end(out: ChunkChoice[]): void
}

/** Makes the follower of one choice. */
export function makeChoiceStream(index: number): ChoiceStream {
  const memory: ChoiceMemory = newChoiceMemory()
  let hasBegun = false
  let finishReason: string | undefined

  return {
    add: (raw, out) => {
      const part = applyAll(ANSWER_REPAIRS, toPart(raw), memory)
      finishReason = part.finishReason ?? finishReason
      const { content, tool_calls: calls } = part.message
      if (!hasBegun) {
        hasBegun = true
        out.push(toChunkChoice(index, { role: 'assistant', content: calls === undefined ? '' : null, refusal: null }))
      }
      if (content) out.push(toChunkChoice(index, { content }))
      if (calls !== undefined && calls.length > 0) out.push(toChunkChoice(index, { tool_calls: calls.map(toCallDelta) }))
    },
    end: (out) => {
      if (finishReason === undefined) throw upstreamError('Gemini broke its answer off.')
      out.push({ index, delta: {}, logprobs: null, finish_reason: toFinishReason(finishReason) })
    },
  }
}

const toChunkChoice = (index: number, delta: ChunkChoice['delta']): ChunkChoice => ({ index, delta, logprobs: null, finish_reason: null })

const toCallDelta = (call: RawToolCall): NonNullable<ChunkChoice['delta']['tool_calls']>[number] => ({
  index: call.index ?? 0,
  ...(call.id === undefined ? {} : { id: call.id }),
  type: 'function',
  function: { ...(call.function?.name === undefined ? {} : { name: call.function.name }), arguments: call.function?.arguments ?? '' },
})

/** What all events of one answer share. */
export interface Envelope {
  readonly id: string
  readonly created: number
  readonly model: string
}

/** Wraps a choice as an event. `usage` is null on all but the usage event, and only where the client asked for usage. */
export const toChunk = (
  { id, created, model }: Envelope,
  choices: ChunkChoice[],
  usage: Usage | null | undefined,
): ChatCompletionChunk => ({
  id,
  object: 'chat.completion.chunk',
  created,
  model,
  choices,
  ...(usage === undefined ? {} : { usage }),
})
