import { isRecord } from '../../contract/isRecord.js'
import type { Writable } from '../../contract/writable.js'
import type { RawMessage, RawToolCall } from './repairs/context.js'
import { joinExtraContents } from './repairs/extraContent.js'

/** Joins deltas in order into one message. */
export function joinDeltas(deltas: readonly RawMessage[]): RawMessage {
  const [only] = deltas
  if (only !== undefined && deltas.length === 1) return only
  const joined: Writable<RawMessage> = {}
  const extras: unknown[] = []
  const lists = { tool_calls: [] as RawToolCall[], images: [] as unknown[], partialImages: [] as unknown[], annotations: [] as unknown[] }
  for (const delta of deltas) {
    const { content, refusal, reasoning_content: thought, tool_calls: calls, audio, extra_content: extra, ...rest } = delta
    const { images, partialImages, annotations, ...others } = rest
    Object.assign(joined, others)
    if (content) joined.content = (joined.content ?? '') + content
    if (refusal) joined.refusal = (joined.refusal ?? '') + refusal
    if (thought) joined.reasoning_content = (joined.reasoning_content ?? '') + thought
    if (calls) joined.tool_calls = addItems(lists.tool_calls, calls)
    if (images) joined.images = addItems(lists.images, toList(images))
    if (partialImages) joined.partialImages = addItems(lists.partialImages, toList(partialImages))
    if (annotations) joined.annotations = addItems(lists.annotations, toList(annotations))
    if (audio) joined.audio = joinAudio(joined.audio, audio)
    if (extra !== undefined) extras.push(extra)
  }
  if (extras.length > 0) joined.extra_content = joinExtraContents(extras)
  return joined
}

/** Joins the audio of two successive deltas: appends its base64 and its transcript. */
function joinAudio(earlier: unknown, later: unknown): unknown {
  if (!isRecord(earlier) || !isRecord(later)) return later
  const append = (name: string): object =>
    typeof earlier[name] === 'string' && typeof later[name] === 'string' ? { [name]: earlier[name] + later[name] } : {}
  return { ...earlier, ...later, ...append('data'), ...append('transcript') }
}

/** Appends items to a list and returns it. `push(...items)` would fail for very many items. */
function addItems<T>(list: T[], items: readonly T[]): T[] {
  for (const item of items) list.push(item)
  return list
}

/** Returns the value if it is a list, else an empty list. */
export const toList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
