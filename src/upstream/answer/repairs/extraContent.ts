import type { ExtraContent } from '../../../contract/types.js'
import { googleOf } from './context.js'

/** The members of Google's `extra_content` that are useful to a client. */
export const EXTRA_MEMBERS: ReadonlySet<string> = new Set([
  'thought_signature',
  'web_search_queries',
  'code_execution',
  'grounding_metadata',
  'url_context_metadata',
  'citation_metadata',
  'safety_ratings',
  'finish_message',
  'avg_logprobs',
  'prompt_feedback',
])

/** The lists of which each event of a stream has the new items only. */
const INCREMENTS = ['web_search_queries', 'code_execution'] as const

/** Joins two `extra_content` of one message: the new items of lists, else the later member. */
export function joinExtraContent(earlier: unknown, later: unknown): ExtraContent | undefined {
  const [first, second] = [googleOf(earlier), googleOf(later)]
  const google: Record<string, unknown> = { ...first, ...second }
  for (const name of INCREMENTS) {
    const [begun, added] = [first[name], second[name]]
    if (Array.isArray(begun) && Array.isArray(added)) google[name] = [...begun, ...added]
  }
  return Object.keys(google).length === 0 ? undefined : { google }
}

/** True where the model has run code, which is content of the answer. */
export const hasCode = (extra: unknown): boolean => Array.isArray(googleOf(extra).code_execution)
