import type { ChunkChoice, ChunkDelta, Logprobs, ToolCallDelta } from '../../contract/types.js'
import { addExtensions, type ChoiceOptions, emptyAnswer, hasContent, newMemory, repairChoice, reportEnd, toFinishReason } from './choice.js'
import type { RawChoice } from './rawAnswer.js'
import type { ChoiceMemory, RawMessage, RawToolCall } from './repairs/context.js'
import { hasCode, joinExtraContent } from './repairs/extraContent.js'
import { matchFinishToCalls } from './repairs/finish.js'
import { toolCallArgumentsRepair } from './repairs/toolCalls.js'

/** Converts one choice of a stream, event by event. */
export interface ChoiceStream<Choice = ChunkChoice> {
  /** Adds one event's part of the choice. The finish reason is held back until the end. */
  add(raw: RawChoice, out: Choice[]): void
  /** True where the answer has ended at the client's limit: later events must not be added. */
  isAtLimit(): boolean
  /**
   * Adds the last chunk.
   *
   * @param isDone - true where Gemini has marked the stream as complete
   * @throws 502 where the answer is incomplete or invalid
   */
  end(out: Choice[], isDone: boolean): void
}

/**
 * Makes the converter. It emits nothing but thoughts before content, so that an empty answer can be
 * retried.
 *
 * @param hasBegun - true where the client already has the beginning of the message
 */
export function makeChoiceStream(index: number, options: ChoiceOptions, hasBegun = false): ChoiceStream {
  const memory = newMemory(options)
  let needsRole = !hasBegun
  let hasAnswered = false
  let finishReason: string | undefined
  // What has no content, such as a signature: it may precede the content, which may never arrive.
  let held: ChunkDelta = {}
  // Those of text that has not been passed on yet.
  let logprobs: Logprobs | undefined

  const push = (delta: ChunkDelta | undefined, out: ChunkChoice[]): void => {
    if (delta !== undefined) out.push({ index, delta, logprobs: null, finish_reason: null })
  }
  const begin = (content: '' | null, out: ChunkChoice[]): void => {
    if (needsRole) push({ role: 'assistant', content, refusal: null }, out)
    needsRole = false
  }
  const beginAnswer = (content: '' | null, out: ChunkChoice[]): void => {
    begin(content, out)
    if (Object.keys(held).length > 0) push(held, out)
    held = {}
  }

  const addPart = (raw: RawChoice, out: ChunkChoice[]): void => {
    const { message, finishReason: reason } = repairChoice(raw, memory, options)
    if (reason !== undefined) finishReason = reason
    const calls = toCallsDelta(message, options)
    const delta = toMessageDelta(message)
    if (calls !== undefined) {
      reportCalls(message, memory, options)
      beginAnswer(message.content ? '' : null, out)
      push(delta, out)
      push(calls, out)
    } else if (delta !== undefined) {
      if (hasContent(message)) hasAnswered = true
      if (isAddition(delta)) {
        held = joinAdditions(held, delta)
        return
      }
      if (hasAnswered || memory.calls.length > 0) {
        beginAnswer(message.content ? '' : null, out)
        push(delta, out)
        return
      }
      const { extra_content: early, annotations, ...thoughts } = delta
      held = joinAdditions(held, { extra_content: early, annotations })
      if (!thoughts.reasoning_content) return
      // Thoughts alone leave the content null: a tool call may follow, which has none.
      begin(null, out)
      push(thoughts, out)
    }
  }

  return {
    add: (raw, out) => {
      const before = out.length
      addPart(raw, out)
      if (raw.logprobs) logprobs = joinLogprobs(logprobs, raw.logprobs)
      if (logprobs !== undefined && out.length > before) logprobs = attachLogprobs(logprobs, out)
    },
    isAtLimit: () => memory.limit?.isReached === true,
    end: (out, isDone) => {
      if (finishReason === undefined && isDone && !hasAnswered && memory.calls.length === 0) throw emptyAnswer()
      // Calls may arrive after the event with the finish reason.
      const reason = matchFinishToCalls(finishReason, memory.calls.length)
      const finish = toFinishReason(reason, options)
      if (finish === 'stop' && !hasAnswered && !options.mayBeEmpty) throw emptyAnswer()
      reportEnd(memory, options)
      beginAnswer(finish === 'content_filter' ? null : '', out)
      push(toLateDelta(reason, memory, options), out)
      out.push({ index, delta: {}, logprobs: logprobs ?? null, finish_reason: finish })
    },
  }
}

/** What a delta says about the answer, besides its content. */
interface Additions {
  readonly extra_content?: ChunkDelta['extra_content'] | undefined
  readonly annotations?: ChunkDelta['annotations'] | undefined
}

/** True for a delta with such additions only. */
function isAddition(delta: ChunkDelta): boolean {
  const { extra_content: extra, annotations } = delta
  const members = (extra === undefined ? 0 : 1) + (annotations === undefined ? 0 : 1)
  return members > 0 && members === Object.keys(delta).length && !hasCode(extra)
}

/** Joins two such deltas: the OpenAI SDK for JavaScript overwrites unknown members. */
function joinAdditions(earlier: Additions, later: Additions): ChunkDelta {
  const extra = joinExtraContent(earlier.extra_content, later.extra_content)
  const annotations = [...(earlier.annotations ?? []), ...(later.annotations ?? [])]
  return { ...(extra === undefined ? {} : { extra_content: extra }), ...(annotations.length === 0 ? {} : { annotations }) }
}

/** The delta of a message's tool calls; undefined where the client's format has room for none. */
function toCallsDelta({ tool_calls: calls }: RawMessage, { isLegacy }: ChoiceOptions): ChunkDelta | undefined {
  if (!calls || calls.length === 0) return undefined
  if (!isLegacy) return { tool_calls: calls.map(toToolCallDelta) }
  const first = calls.find(({ index }) => index === 0)
  return first === undefined ? undefined : { function_call: toFunctionDelta(first.function) }
}

/** The delta with the arguments that are known only at the end; undefined where there are none. */
function toLateDelta(finishReason: string | undefined, memory: ChoiceMemory, options: ChoiceOptions): ChunkDelta | undefined {
  return toCallsDelta(toolCallArgumentsRepair.apply({ message: {}, finishReason }, memory).message, options)
}

/** Reports the calls whose id, name or signature the deltas contain. */
function reportCalls({ tool_calls: deltas }: RawMessage, { calls }: ChoiceMemory, { onCall }: ChoiceOptions): void {
  for (const { index = 0, id, function: called, extra_content: extra } of deltas ?? []) {
    const call = calls[index]
    if (call !== undefined && (id !== undefined || called?.name !== undefined || extra !== undefined)) onCall(call)
  }
}

/** The delta of a message without its tool calls; undefined where it is empty. */
function toMessageDelta(message: RawMessage): ChunkDelta | undefined {
  const { content, refusal } = message
  const delta: ChunkDelta = {}
  if (content) delta.content = content
  if (refusal) delta.refusal = refusal
  return addExtensions(delta, message) || content || refusal ? delta : undefined
}

function toFunctionDelta(called: RawToolCall['function']): { name?: string; arguments: string } {
  const text = called?.arguments ?? ''
  return called?.name === undefined ? { arguments: text } : { name: called.name, arguments: text }
}

function toToolCallDelta({ index = 0, id, function: called, extra_content }: RawToolCall): ToolCallDelta {
  const delta: ToolCallDelta = { index, ...(id === undefined ? {} : { id, type: 'function' }), function: toFunctionDelta(called) }
  addExtensions(delta, { extra_content })
  return delta
}

/** Joins the log probabilities of two parts of a choice. */
export const joinLogprobs = (earlier: Logprobs | undefined, later: Logprobs): Logprobs =>
  earlier === undefined ? later : { content: [...(earlier.content ?? []), ...(later.content ?? [])], refusal: null }

/** Adds log probabilities to the last chunk with text. @returns those that found none */
function attachLogprobs(logprobs: Logprobs, out: ChunkChoice[]): Logprobs | undefined {
  const position = out.findLastIndex(({ delta }) => Boolean(delta.content))
  const choice = out[position]
  if (choice === undefined) return logprobs
  out[position] = { ...choice, logprobs }
  return undefined
}
