import { isRecord } from '../../../contract/isRecord.js'
import type { ExtraContent } from '../../../contract/types.js'
import { googleOf, type RawMessage } from './context.js'

/** The members of `extra_content.google` that are sent to clients; others are removed. */
export const EXTRA_MEMBERS: ReadonlySet<string> = new Set([
  'thought_signature',
  'web_search_queries',
  'code_execution',
  'audio_transcription',
  'grounding_metadata',
  'url_context_metadata',
  'citation_metadata',
  'safety_ratings',
  'finish_message',
  'avg_logprobs',
  'prompt_feedback',
])

/** Lists in `extra_content.google`; each event of a stream contains only their new items. */
const INCREMENTS = ['web_search_queries', 'code_execution', 'audio_transcription'] as const

/** Joins `extra_content` of deltas: concatenates {@link INCREMENTS}, else keeps the last value. */
export function joinExtraContents(extras: readonly unknown[]): ExtraContent | undefined {
  const all = extras.map(googleOf)
  const google: Record<string, unknown> = {}
  for (const each of all) Object.assign(google, each)
  for (const name of INCREMENTS) {
    const lists = all.map((each) => each[name]).filter(Array.isArray)
    if (lists.length > 1) google[name] = lists.flat()
  }
  return Object.keys(google).length === 0 ? undefined : { google }
}

/** True for a message that has content other than thoughts and tool calls. */
export const hasContent = ({ content, refusal, audio, images, extra_content: extra }: RawMessage): boolean =>
  Boolean(content || refusal || audio || images || hasCode(extra))

/** Returns the length of the executed code in an `extra_content`, in UTF-16 units. */
export function lengthOfCode(extra: unknown): number {
  const { code_execution: items } = googleOf(extra)
  const codes = Array.isArray(items) ? items.map((item) => (isRecord(item) ? item.executable_code : undefined)) : []
  return codes.reduce((sum: number, code) => sum + (isRecord(code) && typeof code.code === 'string' ? code.code.length : 0), 0)
}

/** True for an `extra_content` with executed code, which counts as content. */
export const hasCode = (extra: unknown): boolean => Array.isArray(googleOf(extra).code_execution)
