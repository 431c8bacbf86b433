import type { ChunkChoice, ChunkDelta, Logprobs, ToolCallDelta } from '../../contract/types.js'
import { addExtensions, type ChoiceOptions, emptyAnswer, makeInitialState, repairChoice, reportCallsEnd, toFinishReason } from './choice.js'
import type { RawChoice } from './rawAnswer.js'
import type { ChoiceState, RawMessage, RawToolCall } from './repairs/context.js'
import { hasCode, hasContent, joinExtraContents } from './repairs/extraContent.js'
import { matchFinishToCalls } from './repairs/finish.js'
import { toolCallArgumentsRepair } from './repairs/toolCalls.js'
import { cutLogprobs, lengthOfTokens } from './tokenLimit.js'

/** Converts one choice of an answer, event by event. */
export interface ChoiceConverter<Choice = ChunkChoice> {
  /** Converts one event, and appends the results to `out`. Holds back the finish reason. */
  add(raw: RawChoice, out: Choice[]): void
  /** True once the client's token limit has ended the answer. Further events must be ignored. */
  isAtLimit(): boolean
  /**
   * True if the text so far has more tokens than the client's limit: a continuation would be cut.
   * False after tool calls, which may be complete.
   */
  willBeCut(): boolean
  /**
   * Ends the choice, and appends the last results to `out`, such as the finish reason.
   *
   * @param isDone - true if the end marker of the stream has arrived
   * @throws 502 for an incomplete or invalid answer
   */
  end(out: Choice[], isDone: boolean): void
}

/**
 * Makes the chunks of one choice. Before the first content or tool call, it returns only thoughts,
 * so that the proxy can still retry an empty answer.
 */
export class ChunkConverter implements ChoiceConverter {
  readonly #index: number
  readonly #options: ChoiceOptions
  readonly #state: ChoiceState
  #needsRole: boolean
  #hasAnswered = false
  #finishReason: string | undefined
  /** Members that arrived before any content, such as a signature; sent with the first content. */
  #held: ChunkDelta = {}
  /** Token count of the answer so far; 0 if Gemini has not counted it. */
  #tokens = 0
  /** Log probabilities not yet attached to a chunk. */
  #logprobs: Logprobs[] = []
  /** Length of the text whose log probabilities have been sent, in UTF-16 units. */
  #described = 0

  /** @param hasBegun - true if the client has already received the chunk with the role */
  constructor(index: number, options: ChoiceOptions, hasBegun = false) {
    this.#index = index
    this.#options = options
    this.#state = makeInitialState(options)
    this.#needsRole = !hasBegun
  }

  add(raw: RawChoice, out: ChunkChoice[]): void {
    const before = out.length
    this.#addPart(raw, out)
    this.#tokens = raw.tokens?.total ?? this.#tokens
    if (raw.logprobs) this.#logprobs.push(raw.logprobs)
    if (this.#logprobs.length > 0) this.#attachLogprobs(out, before)
  }

  isAtLimit(): boolean {
    return this.#state.limit?.isReached === true
  }

  willBeCut(): boolean {
    const { limit, calls } = this.#state
    return (
      limit !== undefined && calls.length === 0 && limit.contentLength > 0 && this.#tokens - limit.offset - limit.codeTokens > limit.limit
    )
  }

  end(out: ChunkChoice[], isDone: boolean): void {
    const { calls } = this.#state
    if (this.#finishReason === undefined && isDone && !this.#hasAnswered && calls.length === 0) throw emptyAnswer()
    // The finish reason is corrected only here, because tool calls may arrive after it.
    const reason = matchFinishToCalls(this.#finishReason, calls.length)
    const finish = toFinishReason(reason, this.#options)
    if (finish === 'stop' && !this.#hasAnswered && !this.#options.mayBeEmpty) throw emptyAnswer(this.#state.rawFinishReason)
    reportCallsEnd(this.#state, this.#options)
    this.#beginAnswer(finish === 'content_filter' ? null : '', out)
    this.#push(toLateDelta(reason, this.#state, this.#options), out)
    out.push({ index: this.#index, delta: {}, logprobs: this.#takeLogprobs() ?? null, finish_reason: finish })
  }

  /** Attaches the pending log probabilities to the last chunk with text in `out.slice(start)`. */
  #attachLogprobs(out: ChunkChoice[], start: number): void {
    const position = out.findLastIndex(({ delta }, index) => index >= start && Boolean(delta.content))
    const choice = out[position]
    const logprobs = choice === undefined ? undefined : this.#takeLogprobs()
    if (choice === undefined || logprobs === undefined) return
    out[position] = { ...choice, logprobs }
    this.#described += lengthOfTokens(logprobs)
  }

  #takeLogprobs(): Logprobs | undefined {
    const joined = joinLogprobs(this.#logprobs.splice(0))
    const { limit } = this.#state
    return joined !== undefined && limit?.isReached ? cutLogprobs(joined, limit.contentLength - this.#described) : joined
  }

  #addPart(raw: RawChoice, out: ChunkChoice[]): void {
    const { message, finishReason } = repairChoice(raw, this.#state, this.#options)
    if (finishReason !== undefined) this.#finishReason = finishReason
    const calls = toCallsDelta(message, this.#options)
    const delta = toMessageDelta(message)
    if (calls !== undefined) {
      reportCalls(message, this.#state, this.#options)
      this.#beginAnswer(message.content ? '' : null, out)
      this.#push(delta, out)
      this.#push(calls, out)
    } else if (delta !== undefined) {
      if (hasContent(message)) this.#hasAnswered = true
      this.#addDelta(delta, out)
    }
  }

  #addDelta(delta: ChunkDelta, out: ChunkChoice[]): void {
    if (isAddition(delta)) {
      this.#held = joinAdditions(this.#held, delta)
    } else if (this.#hasAnswered || this.#state.calls.length > 0) {
      this.#beginAnswer(delta.content ? '' : null, out)
      this.#push(delta, out)
    } else {
      const { extra_content: early, annotations, ...thoughts } = delta
      this.#held = joinAdditions(this.#held, { extra_content: early, annotations })
      if (!thoughts.reasoning_content && !('partialImages' in thoughts)) return
      // The chunk with the role has `content: null`, as a tool call without text may follow it.
      this.#begin(null, out)
      this.#push(thoughts, out)
    }
  }

  #push(delta: ChunkDelta | undefined, out: ChunkChoice[]): void {
    if (delta !== undefined) out.push({ index: this.#index, delta, logprobs: null, finish_reason: null })
  }

  #begin(content: '' | null, out: ChunkChoice[]): void {
    if (this.#needsRole) this.#push({ role: 'assistant', content, refusal: null }, out)
    this.#needsRole = false
  }

  #beginAnswer(content: '' | null, out: ChunkChoice[]): void {
    this.#begin(content, out)
    if (Object.keys(this.#held).length > 0) this.#push(this.#held, out)
    this.#held = {}
  }
}

/** Members of a delta that are not content, but describe the answer. */
interface Additions {
  readonly extra_content?: ChunkDelta['extra_content'] | undefined
  readonly annotations?: ChunkDelta['annotations'] | undefined
}

/** True for a delta of {@link Additions} only, such as citations. Executed code is content. */
function isAddition(delta: ChunkDelta): boolean {
  const { extra_content: extra, annotations } = delta
  const members = (extra === undefined ? 0 : 1) + (annotations === undefined ? 0 : 1)
  return members > 0 && members === Object.keys(delta).length && !hasCode(extra)
}

/** Joins {@link Additions}, because OpenAI's JavaScript SDK keeps only those of the last chunk. */
function joinAdditions(earlier: Additions, later: Additions): ChunkDelta {
  const extra = joinExtraContents([earlier.extra_content, later.extra_content])
  const annotations = [...(earlier.annotations ?? []), ...(later.annotations ?? [])]
  return { ...(extra === undefined ? {} : { extra_content: extra }), ...(annotations.length === 0 ? {} : { annotations }) }
}

/** Returns a delta with the tool calls, or the first as `function_call`; undefined for none. */
function toCallsDelta({ tool_calls: calls }: RawMessage, { isLegacy }: ChoiceOptions): ChunkDelta | undefined {
  if (!calls || calls.length === 0) return undefined
  if (!isLegacy) return { tool_calls: calls.map(toToolCallDelta) }
  const first = calls.find(({ index }) => index === 0)
  return first === undefined ? undefined : { function_call: toFunctionDelta(first.function) }
}

/** Returns a delta that sets missing arguments of complete calls to `{}`; undefined for none. */
function toLateDelta(finishReason: string | undefined, state: ChoiceState, options: ChoiceOptions): ChunkDelta | undefined {
  return toCallsDelta(toolCallArgumentsRepair.apply({ message: {}, finishReason }, state).message, options)
}

/** Calls `onCall` for each tool call whose id, name or signature the message contains. */
function reportCalls({ tool_calls: deltas }: RawMessage, { calls }: ChoiceState, { onCall }: ChoiceOptions): void {
  for (const { index = 0, id, function: called, extra_content: extra } of deltas ?? []) {
    const call = calls[index]
    if (call !== undefined && (id !== undefined || called?.name !== undefined || extra !== undefined)) onCall(call)
  }
}

/** Converts a message, except its tool calls, to a delta; undefined if it would be empty. */
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

/** Joins the log probabilities of successive parts of a choice; undefined for none. */
export const joinLogprobs = (parts: readonly Logprobs[]): Logprobs | undefined =>
  parts.length < 2 ? parts[0] : { content: parts.flatMap(({ content }) => content ?? []), refusal: null }
