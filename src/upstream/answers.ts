import type { ChatCompletion, ChatCompletionChunk, Usage } from '../contract/types.js'
import { ApiError, upstreamError } from '../errors.js'
import { randomId } from '../ids.js'
import type { RawChoice } from './rawAnswer.js'
import {
  type AnswerPart,
  type ChoiceMemory,
  newChoiceMemory,
  type RawMessage,
  type RawToolCall,
  toExtraContent,
} from './repairs/answer/context.js'
import { ANSWER_REPAIRS } from './repairs/answer/index.js'
import { applyAll } from './repairs/repair.js'

/** A choice of a whole answer. */
export type Choice = ChatCompletion['choices'][number]
/** A choice of one event. */
export type ChunkChoice = ChatCompletionChunk['choices'][number]
/** Why an answer ended, in OpenAI's words. */
export type FinishReason = Choice['finish_reason']

/** What the shape of an answer depends on besides the answer. */
export interface AnswerStyle {
  /** The client asked with `functions`, and is answered with `function_call`. */
  readonly isLegacy: boolean
  /** An answer without a word is legal: the client named stop sequences, which may come first. */
  readonly mayBeEmpty: boolean
  /** Keeps the signature of a tool call for a client that drops it. */
  readonly keepSignature: (callId: string, signature: string) => void
}

/** Gemini answered, and the answer is of no use to anybody; asking again may help. */
export class WorthlessAnswer extends ApiError {}

const malformedCall = (): WorthlessAnswer =>
  new WorthlessAnswer(
    502,
    'server_error',
    'malformed_function_call',
    'Gemini made a tool call that cannot be read. Send the request again.',
  )

const emptyAnswer = (): WorthlessAnswer =>
  new WorthlessAnswer(502, 'server_error', 'upstream_error', 'Gemini gave an empty answer. Send the request again.')

const FINISH_REASONS: ReadonlySet<string> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
] satisfies FinishReason[])

/** @throws 502 where the answer broke off, or ended in a way that is no answer */
function toFinishReason(reason: string | undefined, { isLegacy }: AnswerStyle): FinishReason {
  if (reason === 'malformed_function_call') throw malformedCall()
  if (reason === undefined) throw upstreamError('Gemini broke its answer off.')
  if (reason === 'tool_calls' && isLegacy) return 'function_call'
  // The set holds nothing but finish reasons.
  if (FINISH_REASONS.has(reason)) return reason as FinishReason
  throw upstreamError('Gemini broke its answer off.', { cause: new Error(`finish_reason ${reason.slice(0, 100)}`) })
}

const newCallId = (): string => `call_${randomId().slice(0, 24)}`

const toPart = (raw: RawChoice): AnswerPart => ({ message: raw.message ?? raw.delta ?? {}, finishReason: raw.finish_reason ?? undefined })

const hasSubstance = ({ content, reasoning_content: reasoning, tool_calls: calls, refusal, audio, images }: RawMessage): boolean =>
  Boolean(content || reasoning || refusal || audio || images || (calls && calls.length > 0))

/** Makes the choice of a whole answer. @throws 502 where there is none */
export function toChoice(raw: RawChoice, index: number, style: AnswerStyle): Choice {
  const memory = newChoiceMemory(newCallId)
  const { message, finishReason } = applyAll(ANSWER_REPAIRS, toPart(raw), memory)
  const finish = toFinishReason(finishReason, style)
  if (finish === 'stop' && !hasSubstance(message) && !style.mayBeEmpty) throw emptyAnswer()
  keepSignatures(memory, style)
  const calls = message.tool_calls ?? []
  return {
    index,
    message: {
      role: 'assistant',
      content: message.content ?? (calls.length > 0 || finish === 'content_filter' ? null : ''),
      refusal: message.refusal ?? null,
      ...extensionsOf(message),
      ...(calls.length === 0 ? {} : style.isLegacy ? { function_call: toFunction(calls[0]) } : { tool_calls: calls.map(toWholeCall) }),
    },
    logprobs: null,
    finish_reason: finish,
  }
}

/** What Gemini gives beyond OpenAI, kept for those who know it. */
const extensionsOf = ({ reasoning_content: reasoning, extra_content: extra, audio, images }: RawMessage): object => ({
  ...(reasoning ? { reasoning_content: reasoning } : {}),
  ...toExtraContent(extra),
  ...(audio ? { audio } : {}),
  ...(images ? { images } : {}),
})

const toFunction = (call: RawToolCall | undefined): { name: string; arguments: string } => ({
  name: call?.function?.name ?? '',
  arguments: call?.function?.arguments ?? '{}',
})

const toWholeCall = (call: RawToolCall): NonNullable<Choice['message']['tool_calls']>[number] => ({
  id: call.id ?? '',
  type: 'function',
  function: toFunction(call),
  ...toExtraContent(call.extra_content),
})

function keepSignatures({ calls }: ChoiceMemory, { keepSignature }: AnswerStyle): void {
  for (const { id, signature } of calls) if (signature !== undefined) keepSignature(id, signature)
}

/** Follows one choice through a stream. */
export interface ChoiceStream {
  /** Adds what one event has of the choice, as OpenAI would have sent it; the end is kept for {@link ChoiceStream.end}. */
  add(raw: RawChoice, out: ChunkChoice[]): void
  /** Gives the last piece. @throws 502 where the answer broke off, or is of no use */
  end(out: ChunkChoice[]): void
}

/** Makes the follower of one choice. Nothing goes out before there is something to say, so that an empty answer can be asked for again. */
export function makeChoiceStream(index: number, style: AnswerStyle): ChoiceStream {
  const memory = newChoiceMemory(newCallId)
  let hasBegun = false
  let finishReason: string | undefined

  const push = (delta: ChunkChoice['delta'], out: ChunkChoice[]): void => {
    out.push({ index, delta, logprobs: null, finish_reason: null })
  }
  const begin = (isCall: boolean, out: ChunkChoice[]): void => {
    if (!hasBegun) push({ role: 'assistant', content: isCall ? null : '', refusal: null }, out)
    hasBegun = true
  }

  return {
    add: (raw, out) => {
      const { message, finishReason: reason } = applyAll(ANSWER_REPAIRS, toPart(raw), memory)
      finishReason = reason ?? finishReason
      const calls = message.tool_calls ?? []
      if (!hasSubstance(message) && message.extra_content === undefined) return
      if (hasSubstance(message)) begin(calls.length > 0 && !message.content && !message.reasoning_content, out)
      const text = {
        ...(message.content ? { content: message.content } : {}),
        ...(message.refusal ? { refusal: message.refusal } : {}),
        ...extensionsOf(message),
      }
      if (Object.keys(text).length > 0 && hasBegun) push(text, out)
      if (calls.length > 0) push(style.isLegacy ? toLegacyDelta(calls) : { tool_calls: calls.map(toCallDelta) }, out)
    },
    end: (out) => {
      const isToolTurn = finishReason === 'stop' && memory.calls.length > 0
      const finish = toFinishReason(isToolTurn ? 'tool_calls' : finishReason, style)
      if (finish === 'stop' && !hasBegun && !style.mayBeEmpty) throw emptyAnswer()
      begin(false, out)
      keepSignatures(memory, style)
      out.push({ index, delta: {}, logprobs: null, finish_reason: finish })
    },
  }
}

const toLegacyDelta = ([call]: readonly RawToolCall[]): ChunkChoice['delta'] => ({
  function_call: {
    ...(call?.function?.name === undefined ? {} : { name: call.function.name }),
    arguments: call?.function?.arguments ?? '',
  },
})

const toCallDelta = (call: RawToolCall): NonNullable<ChunkChoice['delta']['tool_calls']>[number] => ({
  index: call.index ?? 0,
  ...(call.id === undefined ? {} : { id: call.id, type: 'function' }),
  function: { ...(call.function?.name === undefined ? {} : { name: call.function.name }), arguments: call.function?.arguments ?? '' },
  ...toExtraContent(call.extra_content),
})

/** What all events of one answer share. */
export interface Envelope {
  readonly id: string
  readonly created: number
  readonly model: string
}

/** Wraps choices as an event. `usage` is null on all but the usage event, and only where the client asked for usage. */
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
