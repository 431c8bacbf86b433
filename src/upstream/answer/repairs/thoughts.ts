import { keepSame, replace } from '../../../contract/copyOnWrite.js'
import { type AnswerRepair, googleOf, type RawMessage, signatureIn, toExtraContent } from './context.js'
import { endThoughts, opensThoughts, splitThoughts } from './thoughtSplitter.js'

/** Moves thoughts from `content` to `reasoning_content`. */
export const thoughtsRepair: AnswerRepair = {
  name: 'thoughts',
  reason: 'Gemini mixes its thoughts into the content between `<thought>` tags; clients show them as the answer.',
  apply: (part, memory) => {
    const { content, extra_content: extra } = part.message
    const { thoughts: state } = memory
    if (extra === undefined && state.phase === 'answer') return part
    const isEnd = part.finishReason !== undefined
    const isFlagged = googleOf(extra).thought === true
    if (typeof content !== 'string' || content === '' || (!isFlagged && state.phase === 'answer'))
      return isEnd ? releaseHeld(part, memory) : part
    // The flag of a whole answer without a tag means only that Gemini has thought.
    if (isEnd && state.phase === 'answer' && !opensThoughts(content)) return part
    const split = splitThoughts(state, content, isFlagged)
    const separated = { ...part, message: replaceText(part.message, split.reasoning, split.content) }
    return isEnd ? releaseHeld(separated, memory) : separated
  },
}

/** Adds the text that was held back, at the end of the answer. */
const releaseHeld: AnswerRepair['apply'] = (part, { thoughts: memory }) => {
  if (memory.held === '') return part
  const { reasoning, content } = endThoughts(memory)
  const { message } = part
  return { ...part, message: replaceText(message, `${message.reasoning_content ?? ''}${reasoning}`, `${message.content ?? ''}${content}`) }
}

const replaceText = (message: RawMessage, reasoning: string, content: string): RawMessage => {
  const { content: _, reasoning_content: __, ...rest } = message
  return { ...rest, ...(reasoning === '' ? {} : { reasoning_content: reasoning }), ...(content === '' ? {} : { content }) }
}

/** Removes all of `extra_content` but the thought signature. */
export const extraContentRepair: AnswerRepair = {
  name: 'extra-content',
  reason:
    'Only the thought signature is useful to a client; the rest of `extra_content` are marks for what the proxy has already repaired.',
  apply: (part) => {
    const { tool_calls: calls } = part.message
    const message = keepSignature(part.message)
    return replace(part, 'message', calls ? replace(message, 'tool_calls', keepSame(calls, calls.map(keepSignature))) : message)
  },
}

/** True for an `extra_content` that is absent or has a signature only. */
const isClean = (extra: unknown): boolean =>
  extra === undefined ||
  (signatureIn(extra) !== undefined && Object.keys(extra as object).length === 1 && Object.keys(googleOf(extra)).length === 1)

const keepSignature = <T extends { readonly extra_content?: unknown }>(value: T): T => {
  if (isClean(value.extra_content)) return value
  const { extra_content: extra, ...rest } = value
  const signature = signatureIn(extra)
  // The same type: only an optional member has changed.
  return (signature === undefined ? rest : { ...rest, extra_content: toExtraContent(signature) }) as T
}
