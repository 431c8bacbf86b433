import { replaceMember } from '../../contract/copyOnWrite.js'
import type { ChatAnnotation, Logprobs } from '../../contract/types.js'
import type { AnswerPart, RawToolCall, TokenLimitState } from './repairs/context.js'
import { lengthOfCode } from './repairs/extraContent.js'
import type { AnswerTokens } from './usage.js'

/** Makes the initial state of a token limit. @param limit - the client's limit, in tokens */
export const newTokenLimitState = (limit: number): TokenLimitState => ({
  limit,
  tokens: 0,
  offset: 0,
  codeTokens: 0,
  uncountedCode: 0,
  hasUncountedImage: false,
  characters: 0,
  contentLength: 0,
  callCount: 0,
  isReached: false,
})

// Text without a token count is cut only if it certainly exceeds the limit: tokens have fewer than
// 8 characters on average. The 64 spare characters allow for a short text of long tokens.
const MAX_CHARACTERS_PER_TOKEN = 8
const SPARE_CHARACTERS = 64

/** Facts about an answer up to the end of one delta, with which the limit is applied to it. */
interface Progress {
  /** Gemini's token counts of the answer so far; undefined if the event has none. */
  readonly tokens: AnswerTokens | undefined
  /** Returns true if a tool call that was sent to the client has incomplete arguments. */
  readonly isWithinCall: () => boolean
}

/**
 * Ends an answer at the client's token limit: cuts the text in proportion to Gemini's token count,
 * and removes tool calls that begin after the limit. A call that begins before it is sent in full:
 * cut arguments would not be valid JSON.
 *
 * @returns the unchanged part if nothing is cut
 */
export function endAtLimit(part: AnswerPart, state: TokenLimitState, { tokens, isWithinCall }: Progress): AnswerPart {
  const { message } = part
  const content = message.content ?? ''
  const calls = message.tool_calls ?? []
  const size = calls.reduce((sum, call) => sum + sizeOf(call), content.length)
  const { images = 0 } = tokens ?? {}
  const total = (tokens?.total ?? 0) - countCode(part, size, state, tokens)
  // Tokens of images do not count towards the client's limit. Gemini may count an image in a later
  // event. If it counts images with the text, tokens beyond one per character count as the image's.
  if (message.images !== undefined) state.hasUncountedImage = true
  const uncounted = state.hasUncountedImage ? Math.max(images, total - state.tokens - size) : images
  if (uncounted > state.offset) {
    state.offset = uncounted
    state.hasUncountedImage = false
  }
  if (size === 0) {
    if (state.characters === 0 && tokens !== undefined) state.offset = total
    return part
  }
  const available = size * countPart(state, size, total)
  const text = cutText(content, Math.floor(available))
  state.contentLength += text.length
  const begun = selectCalls(calls, state, available - content.length)
  if (text.length === content.length && begun.length === calls.length) return part
  if (isWithinCall()) {
    state.contentLength += content.length - text.length
    selectCalls(calls, state, Number.POSITIVE_INFINITY)
    return part
  }
  state.isReached = true
  return { message: { ...message, content: text, tool_calls: begun }, finishReason: 'length' }
}

/**
 * Adds the executed code of a part to the counts. Where Gemini counts code together with text, the
 * tokens are divided in proportion to the characters.
 *
 * @param size - length of the part's text and tool calls, in UTF-16 units
 * @returns the tokens of the code so far
 */
function countCode({ message }: AnswerPart, size: number, state: TokenLimitState, tokens: AnswerTokens | undefined): number {
  state.uncountedCode += lengthOfCode(message.extra_content)
  const { total = 0, images = 0 } = tokens ?? {}
  const added = total - Math.max(state.offset, images) - state.codeTokens - state.tokens
  if (state.uncountedCode > 0 && added > 0) {
    state.codeTokens += (added * state.uncountedCode) / (state.uncountedCode + size)
    state.uncountedCode = 0
  }
  return state.codeTokens
}

const sizeOf = ({ function: called }: RawToolCall): number => 1 + (called?.name ?? '').length + (called?.arguments ?? '').length

/** Removes annotations that refer to text beyond the limit. */
export function dropCutAnnotations(part: AnswerPart, { isReached, contentLength }: TokenLimitState): AnswerPart {
  const { annotations } = part.message
  if (!isReached || !Array.isArray(annotations)) return part
  const kept = (annotations as ChatAnnotation[]).filter(({ url_citation: { end_index: end } }) => end <= contentLength)
  return replaceMember(part, 'message', replaceMember(part.message, 'annotations', kept.length === 0 ? undefined : kept))
}

/**
 * Removes log probabilities that refer to text beyond the limit.
 *
 * @param length - length of the text within the limit that they describe, in UTF-16 units
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

/** Adds a part to the counts. @returns the share of the part within the limit, from 0 to 1 */
function countPart(state: TokenLimitState, size: number, tokens: number): number {
  const { tokens: before, limit, offset } = state
  state.characters += size
  const least = Math.max(0, state.characters - SPARE_CHARACTERS) / MAX_CHARACTERS_PER_TOKEN
  state.tokens = Math.max(before, tokens > offset ? tokens - offset : least)
  if (state.tokens <= limit) return 1
  return before >= limit ? 0 : (limit - before) / (state.tokens - before)
}

/** Returns the calls that begin within `available` characters, and fragments of earlier calls. */
function selectCalls(calls: readonly RawToolCall[], state: TokenLimitState, available: number): RawToolCall[] {
  let left = available
  return calls.filter((call) => {
    const { index = 0 } = call
    const hasBegun = index < state.callCount || left > 0
    left -= sizeOf(call)
    if (hasBegun) state.callCount = Math.max(state.callCount, index + 1)
    return hasBegun
  })
}

/** Cuts a text to `length` UTF-16 units, or one less to keep a surrogate pair whole. */
function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, length < text.length && last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
