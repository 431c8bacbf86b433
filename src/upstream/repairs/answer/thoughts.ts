import { type AnswerRepair, googleOf, type RawMessage, toExtraContent } from './context.js'
import { endThoughts, splitThoughts } from './thoughtSplitter.js'

const thoughts: AnswerRepair = {
  name: 'thoughts',
  stage: 'answer',
  reason: 'Gemini mixes its thoughts into the content between `<thought>` tags; clients show them as the answer.',
  apply: (part, memory) => {
    const { content, extra_content: extra } = part.message
    const isThought = googleOf(extra).thought === true
    if (typeof content !== 'string' || (!isThought && memory.thoughts.phase === 'answer'))
      return part.finishReason === undefined ? part : ended(part, memory)
    const split = splitThoughts(memory.thoughts, content, isThought)
    const mended = { ...part, message: withText(part.message, split.reasoning, split.content) }
    return part.finishReason === undefined ? mended : ended(mended, memory)
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
    if (extra === undefined && !calls?.some((call) => call.extra_content !== undefined)) return part
    const { extra_content: _, ...message } = part.message
    return {
      ...part,
      message: {
        ...message,
        ...toExtraContent(extra),
        ...(calls ? { tool_calls: calls.map(({ extra_content: own, ...call }) => ({ ...call, ...toExtraContent(own) })) } : {}),
      },
    }
  },
}

/** Repairs of thoughts, in the order in which they apply. */
export const THOUGHT_REPAIRS: readonly AnswerRepair[] = [thoughts, extraContent]
