import { replaceMember, reuseIfEqual } from '../../../contract/copyOnWrite.js'
import { isRecord } from '../../../contract/isRecord.js'
import { type AnswerRepair, googleOf, type RawMessage } from './context.js'
import { EXTRA_MEMBERS } from './extraContent.js'
import { endThoughts, splitThoughts, startsWithThoughtTag } from './thoughtSplitter.js'

/** Moves thoughts from `content` to `reasoning_content`. */
export const thoughtsRepair: AnswerRepair = {
  name: 'thoughts',
  reason: 'Gemini mixes its thoughts into the content between `<thought>` tags; clients show them as the answer.',
  apply: (part, state) => {
    const { content, extra_content: extra } = part.message
    const { thoughts } = state
    if (extra === undefined && thoughts.phase === 'answer') return part
    const isEnd = part.finishReason !== undefined
    const isFlagged = googleOf(extra).thought === true
    if (typeof content !== 'string' || content === '' || (!isFlagged && thoughts.phase === 'answer'))
      return isEnd ? releaseHeld(part, state) : part
    // Google also sets `thought` on whole answers without a tag: their text is no thought.
    if (isEnd && thoughts.phase === 'answer' && !startsWithThoughtTag(content)) return part
    const split = splitThoughts(thoughts, content, isFlagged)
    const separated = { ...part, message: replaceText(part.message, split.reasoning, split.content) }
    return isEnd ? releaseHeld(separated, state) : separated
  },
}

/** Adds text held back as the possible beginning of a tag to the last part of the answer. */
const releaseHeld: AnswerRepair['apply'] = (part, { thoughts }) => {
  if (thoughts.held === '') return part
  const { reasoning, content } = endThoughts(thoughts)
  const { message } = part
  return { ...part, message: replaceText(message, `${message.reasoning_content ?? ''}${reasoning}`, `${message.content ?? ''}${content}`) }
}

const replaceText = (message: RawMessage, reasoning: string, content: string): RawMessage => {
  const { content: _, reasoning_content: __, ...rest } = message
  return { ...rest, ...(reasoning === '' ? {} : { reasoning_content: reasoning }), ...(content === '' ? {} : { content }) }
}

/** Removes Google's internal members from `extra_content`. */
export const extraContentRepair: AnswerRepair = {
  name: 'extra-content',
  reason:
    'Only the thought signature and details of the answer, such as search queries, citations and safety ratings, are useful to a client; the other members of `extra_content` are internal flags of Google, such as `thought: true`, which the proxy has already used.',
  apply: (part) => {
    const { tool_calls: calls } = part.message
    const message = keepUseful(part.message)
    return replaceMember(
      part,
      'message',
      calls ? replaceMember(message, 'tool_calls', reuseIfEqual(calls, calls.map(keepUseful))) : message,
    )
  },
}

const isUseful = (name: string, value: unknown): boolean =>
  EXTRA_MEMBERS.has(name) && (name === 'thought_signature' ? typeof value === 'string' && value !== '' : value !== undefined)

/** True for an `extra_content` that is absent, or has no members to remove. */
function isClean(extra: unknown): boolean {
  if (extra === undefined) return true
  if (!isRecord(extra) || Object.keys(extra).length !== 1) return false
  const members = Object.entries(googleOf(extra))
  return members.length > 0 && members.every(([name, value]) => isUseful(name, value))
}

const keepUseful = <T extends { readonly extra_content?: unknown }>(value: T): T => {
  if (isClean(value.extra_content)) return value
  const { extra_content: extra, ...rest } = value
  const members = Object.entries(googleOf(extra)).filter(([name, member]) => isUseful(name, member))
  // The cast is safe: only `extra_content`, an optional member of T, has changed.
  return (members.length === 0 ? rest : { ...rest, extra_content: { google: Object.fromEntries(members) } }) as T
}
