import { isRecord } from '../../../contract/isRecord.js'
import type { Candidate } from '../wire/types.js'

/** Size of an answer before a continuation, to add to its citation offsets, which begin at 0. */
export interface ContinuationOffsets {
  readonly bytes: number
  readonly chunks: number
  readonly parts: number
}

/** Returns a continuation's candidate with citation offsets relative to the whole answer. */
export function shiftCitations(candidate: Candidate, offsets: ContinuationOffsets): Candidate {
  const { groundingMetadata: grounding, citationMetadata: citations } = candidate
  const moved: { groundingMetadata?: object; citationMetadata?: object } = {}
  if (isRecord(grounding) && Array.isArray(grounding.groundingSupports)) {
    const supports: readonly unknown[] = grounding.groundingSupports
    moved.groundingMetadata = { ...grounding, groundingSupports: supports.map((support) => shiftSupport(support, offsets)) }
  }
  // In Vertex AI, `citationSources` is named `citations`.
  for (const name of ['citationSources', 'citations']) {
    const sources: unknown = isRecord(citations) ? citations[name] : undefined
    if (Array.isArray(sources)) moved.citationMetadata = { ...citations, [name]: sources.map((source) => shiftRange(source, offsets)) }
  }
  return { ...candidate, ...moved }
}

function shiftSupport(support: unknown, offsets: ContinuationOffsets): unknown {
  if (!isRecord(support)) return support
  const { segment, groundingChunkIndices: indices } = support
  return {
    ...support,
    ...(isRecord(segment) ? { segment: shiftRange(segment, offsets) } : {}),
    ...(Array.isArray(indices) ? { groundingChunkIndices: indices.map((index) => shiftNumber(index, offsets.chunks)) } : {}),
  }
}

function shiftRange(range: unknown, { bytes, parts }: ContinuationOffsets): unknown {
  if (!isRecord(range)) return range
  const { startIndex, endIndex, partIndex } = range
  return {
    ...range,
    startIndex: shiftNumber(startIndex ?? 0, bytes),
    endIndex: shiftNumber(endIndex ?? 0, bytes),
    ...(partIndex === undefined ? {} : { partIndex: shiftNumber(partIndex, parts) }),
  }
}

/** Adds `offset` to a number; returns any other value unchanged. */
const shiftNumber = (value: unknown, offset: number): unknown => (typeof value === 'number' ? value + offset : value)
