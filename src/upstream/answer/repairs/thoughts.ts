import { type AnswerRepair, googleOf, type RawMessage, signatureIn, toExtraContent } from './context.js'
import { endThoughts, opensThoughts, splitThoughts } from './thoughtSplitter.js'

const thoughts: AnswerRepair = {
  name: 'thoughts',
  stage: 'answer',
  reason: 'Gemini mixes its thoughts into the content between `<thought>` tags; clients show them as the answer.',
  apply: (part, memory) => {
    const { content, extra_content: extra } = part.message
    const { thoughts: state } = memory
    if (extra === undefined && state.phase === 'answer') return part
    const isEnd = part.finishReason !== undefined
    const isFlagged = googleOf(extra).thought === true
    if (typeof content !== 'string' || content === '' || (!isFlagged && state.phase === 'answer')) return isEnd ? ended(part, memory) : part
    // An answer that is whole and has no tag has no thoughts either: the flag then says only that Gemini has thought.
    if (isEnd && state.phase === 'answer' && !opensThoughts(content)) return part
    const split = splitThoughts(state, content, isFlagged)
    const mended = { ...part, message: withText(part.message, split.reasoning, split.content) }
    return isEnd ? ended(mended, memory) : mended
  },
}

const ended: AnswerRepair['apply'] = (part, { thoughts: memory }) => {
  if (memory.held === '') return part
  const { reasoning, content } = endThoughts(memory)
  const { message } = part
  return { ...part, message: withText(message, `${message.reasoning_content ?? ''}${reasoning}`, `${message.content ?? ''}${content}`) }
}

const withText = (message: RawMessage, reasoning: string, content: string): RawMessage => {
  const { content: _, reasoning_content: __, ...rest } = message
  return { ...rest, ...(reasoning === '' ? {} : { reasoning_content: reasoning }), ...(content === '' ? {} : { content }) }
}

const extraContent: AnswerRepair = {
  name: 'extra-content',
  stage: 'answer',
  reason: 'Only the thought signature is of use to a client; the rest of `extra_content` is how Google marks what the proxy has mended.',
  apply: (part) => {
    const { extra_content: extra, tool_calls: calls } = part.message
    if (isClean(extra) && (!calls || calls.every((call) => isClean(call.extra_content)))) return part
    const message = signedOnly(part.message)
    return { ...part, message: calls ? { ...message, tool_calls: calls.map(signedOnly) } : message }
  },
}

/** True where nothing but a signature is there, or nothing at all. */
const isClean = (extra: unknown): boolean =>
  extra === undefined ||
  (signatureIn(extra) !== undefined && Object.keys(extra as object).length === 1 && Object.keys(googleOf(extra)).length === 1)

const signedOnly = <T extends { readonly extra_content?: unknown }>(value: T): T => {
  const { extra_content: extra, ...rest } = value
  const signature = signatureIn(extra)
  // The type of what is left is that of what came: only an optional member has changed.
  return (signature === undefined ? rest : { ...rest, extra_content: toExtraContent(signature) }) as T
}

/** Repairs of thoughts, in the order in which they apply. */
export const THOUGHT_REPAIRS: readonly AnswerRepair[] = [thoughts, extraContent]
