import type { RawMessage } from './repairs/context.js'
import { joinExtraContent } from './repairs/extraContent.js'

/** Joins deltas, in their order, to one message. */
export function joinDeltas(deltas: readonly RawMessage[]): RawMessage {
  const [only] = deltas
  if (only !== undefined && deltas.length === 1) return only
  const joined: { -readonly [Name in keyof RawMessage]: RawMessage[Name] } = {}
  for (const { content, reasoning_content: thought, tool_calls: calls, images, annotations, extra_content: extra, ...others } of deltas) {
    Object.assign(joined, others)
    if (content) joined.content = (joined.content ?? '') + content
    if (thought) joined.reasoning_content = (joined.reasoning_content ?? '') + thought
    if (calls) joined.tool_calls = [...(joined.tool_calls ?? []), ...calls]
    if (images) joined.images = joinLists(joined.images, images)
    if (annotations) joined.annotations = joinLists(joined.annotations, annotations)
    if (extra !== undefined) joined.extra_content = joinExtraContent(joined.extra_content, extra)
  }
  return joined
}

/** Joins two lists; any other value counts as an empty one. */
export const joinLists = (earlier: unknown, later: unknown): unknown[] => [...toList(earlier), ...toList(later)]

/** The value itself if it is a list, else an empty list. */
export const toList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
