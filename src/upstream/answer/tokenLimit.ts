import { replace } from '../../contract/copyOnWrite.js'
import type { ChatAnnotation, Logprobs } from '../../contract/types.js'
import type { AnswerPart, LimitMemory, RawToolCall } from './repairs/context.js'

/** Makes the state of a token limit for a new answer. @param limit - the client's, in tokens */
export const newLimitMemory = (limit: number): LimitMemory => ({
  limit,
  tokens: 0,
  offset: 0,
  characters: 0,
  content: 0,
  calls: 0,
  isReached: false,
})

// Text without a token count is sent until it certainly exceeds the limit: tokens of prose and code
// have fewer characters on average. The spare characters allow for a short text of long tokens.
const MOST_CHARACTERS_PER_TOKEN = 8
const SPARE_CHARACTERS = 64

/** The progress of an answer up to the end of one part. */
interface Progress {
  /** Gemini's token count of the answer so far; undefined if the event has none. */
  readonly tokens: number | undefined
  /** Returns true if a tool call that was sent to the client has incomplete arguments. */
  readonly isWithinCall: () => boolean
}

/**
 * Ends an answer at the client's token limit: cuts the text in proportion to Gemini's token count,
 * and removes tool calls that begin after the limit. A tool call that began before it is completed,
 * because its arguments would not be valid JSON otherwise.
 *
 * @returns the unchanged part if nothing is cut
 */
export function endAtLimit(part: AnswerPart, memory: LimitMemory, { tokens, isWithinCall }: Progress): AnswerPart {
  const { message } = part
  const content = message.content ?? ''
  const calls = message.tool_calls ?? []
  const size = calls.reduce((sum, call) => sum + sizeOf(call), content.length)
  if (message.images !== undefined) {
    // Tokens of images do not count towards the limit of the text.
    memory.offset = Math.max(memory.offset, (tokens ?? 0) - memory.tokens)
    return part
  }
  if (size === 0) {
    if (memory.characters === 0) memory.offset = tokens ?? 0
    return part
  }
  const available = size * countPart(memory, size, tokens)
  const text = cutText(content, Math.floor(available))
  memory.content += text.length
  const begun = selectCalls(calls, memory, available - content.length)
  if (text.length === content.length && begun.length === calls.length) return part
  if (isWithinCall()) {
    memory.content += content.length - text.length
    selectCalls(calls, memory, Number.POSITIVE_INFINITY)
    return part
  }
  memory.isReached = true
  return { message: { ...message, content: text, tool_calls: begun }, finishReason: 'length' }
}

const sizeOf = ({ function: called }: RawToolCall): number => 1 + (called?.name ?? '').length + (called?.arguments ?? '').length

/** Removes annotations that refer to text beyond the limit. */
export function dropCutAnnotations(part: AnswerPart, { isReached, content }: LimitMemory): AnswerPart {
  const { annotations } = part.message
  if (!isReached || !Array.isArray(annotations)) return part
  const kept = (annotations as ChatAnnotation[]).filter(({ url_citation: { end_index: end } }) => end <= content)
  return replace(part, 'message', replace(part.message, 'annotations', kept.length === 0 ? undefined : kept))
}

/**
 * Removes log probabilities that refer to text beyond the limit.
 *
 * @param length - length of the remaining text that they describe, in UTF-16 units
 * @returns undefined if none remain
 */
export function cutLogprobs({ content, refusal }: Logprobs, length: number): Logprobs | undefined {
  let end = 0
  const kept: NonNullable<Logprobs['content']> = []
  for (const each of content ?? []) {
    if (end >= length) break
    end += each.token.length
    kept.push(each)
  }
  return kept.length === 0 ? undefined : { content: kept, refusal }
}

/** Returns the length of the text that log probabilities describe, in UTF-16 units. */
export const lengthOfTokens = ({ content }: Logprobs): number => (content ?? []).reduce((sum, { token }) => sum + token.length, 0)

/** Counts a part of the answer. @returns the share of the part within the limit, from 0 to 1 */
function countPart(memory: LimitMemory, size: number, tokens = 0): number {
  const { tokens: before, limit, offset } = memory
  memory.characters += size
  const least = Math.max(0, memory.characters - SPARE_CHARACTERS) / MOST_CHARACTERS_PER_TOKEN
  memory.tokens = Math.max(before, tokens > offset ? tokens - offset : least)
  if (memory.tokens <= limit) return 1
  return before >= limit ? 0 : (limit - before) / (memory.tokens - before)
}

/** Returns tool calls that begin within `available` characters, and fragments of earlier ones. */
function selectCalls(calls: readonly RawToolCall[], memory: LimitMemory, available: number): RawToolCall[] {
  let left = available
  return calls.filter((call) => {
    const { index = 0 } = call
    const hasBegun = index < memory.calls || left > 0
    left -= sizeOf(call)
    if (hasBegun) memory.calls = Math.max(memory.calls, index + 1)
    return hasBegun
  })
}

/** Cuts a text to `length` UTF-16 units, or one less to keep a surrogate pair whole. */
function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, length < text.length && last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
