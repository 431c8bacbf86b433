import { type ApiError, apiError } from '../../contract/errors.js'
import { randomId } from '../../contract/ids.js'
import { applyAll } from '../../contract/repair.js'
import type { ChatCompletion, ChatCompletionChunk, Usage } from '../../contract/types.js'
import type { RawChoice } from './check.js'
import {
  type AnswerPart,
  type CallMemory,
  type ChoiceMemory,
  newChoiceMemory,
  type RawMessage,
  type RawToolCall,
  toExtraContent,
} from './repairs/context.js'
import { finishOfCalls, MALFORMED_ANSWER, MALFORMED_CALL } from './repairs/finish.js'
import { ANSWER_REPAIRS } from './repairs/index.js'

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
  /** Is told the name of each repair that had something to mend. */
  readonly onRepair: (name: string) => void
  /** Keeps the signature of a tool call for a client that drops it. */
  readonly keepSignature: (callId: string, signature: string) => void
}

/** The cause of an error where Gemini completed an answer that is of no use: another attempt may succeed. */
export class WorthlessAnswer extends Error {
  override readonly name = 'WorthlessAnswer'
}

const malformedCall = (): ApiError => apiError('malformed_function_call', undefined, { cause: new WorthlessAnswer(MALFORMED_CALL) })

/** 502: Gemini completed an answer without any content. */
export const emptyAnswer = (): ApiError =>
  apiError('upstream_error', 'Gemini generated an empty answer. Retry the request.', { cause: new WorthlessAnswer('no content') })
const malformedAnswer = (): ApiError =>
  apiError('upstream_error', 'Gemini generated an invalid answer. Retry the request.', { cause: new WorthlessAnswer(MALFORMED_ANSWER) })

const FINISH_REASONS: ReadonlySet<string> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
] satisfies FinishReason[])

/** @throws 502 where the answer broke off, or ended in a way that is no answer */
function toFinishReason(reason: string | undefined, { isLegacy }: AnswerStyle): FinishReason {
  if (reason === MALFORMED_CALL) throw malformedCall()
  if (reason === MALFORMED_ANSWER) throw malformedAnswer()
  if (reason === undefined) throw apiError('upstream_error', 'Gemini broke off its answer. Retry the request.')
  if (reason === 'tool_calls' && isLegacy) return 'function_call'
  // The set holds nothing but finish reasons.
  if (FINISH_REASONS.has(reason)) return reason as FinishReason
  throw apiError('upstream_error', 'Gemini broke off its answer. Retry the request.', {
    cause: new Error(`finish_reason ${reason.slice(0, 100)}`),
  })
}

const newCallId = (): string => `call_${randomId().slice(0, 24)}`

const toPart = (raw: RawChoice): AnswerPart => ({ message: raw.message ?? raw.delta ?? {}, finishReason: raw.finish_reason || undefined })

/** True where there is something that the client asked for; thoughts alone are none. */
const isAnswered = ({ content, refusal, audio, images }: RawMessage): boolean => Boolean(content || refusal || audio || images)

/** Makes the choice of a whole answer. @throws 502 where there is none */
export function toChoice(raw: RawChoice, index: number, style: AnswerStyle): Choice {
  const memory = newChoiceMemory(newCallId)
  const { message, finishReason } = applyAll(ANSWER_REPAIRS, toPart(raw), memory, style.onRepair)
  const { calls } = memory
  const finish = toFinishReason(finishReason, style)
  if (finish === 'stop' && !isAnswered(message) && !style.mayBeEmpty) throw emptyAnswer()
  keepSignatures(memory, style)
  const whole: Choice['message'] = {
    role: 'assistant',
    content: message.content || (calls.length > 0 || finish === 'content_filter' ? null : ''),
    refusal: message.refusal ?? null,
  }
  addExtensions(whole, message)
  const [first] = calls
  if (first !== undefined && style.isLegacy) whole.function_call = toFunction(first)
  else if (first !== undefined) whole.tool_calls = calls.map(toWholeCall)
  return { index, message: whole, logprobs: null, finish_reason: finish }
}

interface Extended {
  reasoning_content?: string | null
  extra_content?: ReturnType<typeof toExtraContent>
  audio?: unknown
  images?: unknown
}

/** Adds what Gemini gives beyond OpenAI, for those who know it. @returns whether there was any */
function addExtensions(target: object, { reasoning_content: reasoning, extra_content: extra, audio, images }: RawMessage): boolean {
  const extended: Extended = target
  if (reasoning) extended.reasoning_content = reasoning
  // The repairs have left nothing but the signature in it.
  if (extra) extended.extra_content = extra as ReturnType<typeof toExtraContent>
  if (audio) extended.audio = audio
  if (images) extended.images = images
  return Boolean(reasoning || extra || audio || images)
}

const toFunction = (call: CallMemory): { name: string; arguments: string } => ({ name: call.name ?? '', arguments: call.arguments })

const toWholeCall = (call: CallMemory): NonNullable<Choice['message']['tool_calls']>[number] => ({
  id: call.id,
  type: 'function',
  function: toFunction(call),
  ...(call.signature === undefined ? {} : { extra_content: toExtraContent(call.signature) }),
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

type Delta = ChunkChoice['delta']

/** Makes the follower of one choice. Nothing goes out before there is something to say, so that an empty answer can be asked for again. */
export function makeChoiceStream(index: number, style: AnswerStyle): ChoiceStream {
  const memory = newChoiceMemory(newCallId)
  let hasBegun = false
  let hasAnswered = false
  let finishReason: string | undefined
  // A signature may come before the first word, which may never come.
  let early: RawMessage | undefined

  const push = (delta: Delta, out: ChunkChoice[]): void => {
    out.push({ index, delta, logprobs: null, finish_reason: null })
  }
  const begin = (content: '' | null, out: ChunkChoice[]): void => {
    if (hasBegun) return
    hasBegun = true
    push({ role: 'assistant', content, refusal: null }, out)
    if (early !== undefined) push(toDelta(early) ?? {}, out)
  }

  return {
    add: (raw, out) => {
      const { message, finishReason: reason } = applyAll(ANSWER_REPAIRS, toPart(raw), memory, style.onRepair)
      if (reason !== undefined) finishReason = reason
      const calls = style.isLegacy ? message.tool_calls?.filter((call) => call.index === 0) : message.tool_calls
      const delta = toDelta(message)
      if (calls && calls.length > 0) {
        begin(message.content ? '' : null, out)
        if (delta !== undefined) push(delta, out)
        push(style.isLegacy ? toLegacyDelta(calls) : { tool_calls: calls.map(toCallDelta) }, out)
      } else if (delta !== undefined) {
        if (isAnswered(message)) hasAnswered = true
        else if (!hasBegun && !message.reasoning_content) {
          early = message
          return
        }
        // Thoughts, too, say nothing of the content: often a call follows them, which has none.
        begin(message.content ? '' : null, out)
        push(delta, out)
      }
    },
    end: (out) => {
      const { calls } = memory
      // Calls may have come after the event that told the reason.
      const finish = toFinishReason(finishOfCalls(finishReason, calls.length), style)
      if (finish === 'stop' && !hasAnswered && !style.mayBeEmpty) throw emptyAnswer()
      begin(finish === 'content_filter' ? null : '', out)
      keepSignatures(memory, style)
      out.push({ index, delta: {}, logprobs: null, finish_reason: finish })
    },
  }
}

/** What a piece says besides tool calls; undefined where that is nothing. */
function toDelta(message: RawMessage): Delta | undefined {
  const { content, refusal } = message
  const delta: Delta = {}
  if (content) delta.content = content
  if (refusal) delta.refusal = refusal
  return addExtensions(delta, message) || content || refusal ? delta : undefined
}

const toLegacyDelta = ([call]: readonly RawToolCall[]): Delta => ({
  function_call: {
    ...(call?.function?.name === undefined ? {} : { name: call.function.name }),
    arguments: call?.function?.arguments ?? '',
  },
})

function toCallDelta({ index = 0, id, function: called, extra_content: extra }: RawToolCall): NonNullable<Delta['tool_calls']>[number] {
  const text = called?.arguments ?? ''
  const delta: NonNullable<Delta['tool_calls']>[number] = {
    index,
    ...(id === undefined ? {} : { id, type: 'function' }),
    function: called?.name === undefined ? { arguments: text } : { name: called.name, arguments: text },
  }
  addExtensions(delta, { extra_content: extra })
  return delta
}

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
