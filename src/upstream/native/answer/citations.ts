import { isRecord } from '../../../contract/isRecord.js'
import type { ChatAnnotation } from '../../../contract/types.js'
import { toList } from '../../answer/joinDeltas.js'
import type { Candidate } from '../wire/types.js'
import type { ContinuationOffsets } from './continuationOffsets.js'
import { joinItems } from './metadata.js'
import { type ByteRange, type CharacterRange, findRange, isRangeOf, toByteOffsets, toNearestIndexes, toRanges } from './textRanges.js'

// About 131,072 tokens of prose, more than most models generate. Limited, because the text stays in
// memory for as long as the stream is open.
const LONGEST_TRACKED_TEXT = 524_288

// Many times more than in real answers. A source with a long title may be cited very often.
const MOST_ANNOTATION_CHARACTERS = 1_048_576
// Limited, because each passage costs work at the end of the answer, even without a source.
const MOST_PASSAGES = 10_000
// Budget for searching passages with wrong offsets: 64 searches of the longest text.
const MOST_SEARCHED_CHARACTERS = 33_554_432

/** A passage of the text with its sources. */
interface Passage extends ByteRange {
  /** The text of the passage; unknown for `citationMetadata`. */
  readonly text: string | undefined
  /** Index of the part to which the range is relative; undefined for the whole text. */
  readonly part: number | undefined
  readonly sources: readonly (Source | undefined)[]
}

interface Source {
  readonly url: string
  readonly title: string
}

/** The state at a continuation token; for lists that only grow, their length. */
interface CitationState {
  readonly text: string
  readonly isFull: boolean
  readonly parts: number
  readonly chunks: readonly unknown[]
  readonly supports: number
  readonly passages: number
}

/**
 * Collects the citations of one candidate. Gemini's offsets are UTF-8 bytes of the text without
 * thoughts; OpenAI's indexes are UTF-16 units of the content.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search
 */
export class Citations {
  #text = ''
  #isFull = false
  /** True in a continuation whose offset is unknown because the text was too long to track. */
  #isOver = false
  /** Index at which the text of each part begins. */
  readonly #parts: number[] = []
  #chunks: readonly unknown[] = []
  /** Index of the first chunk of the current response. */
  #firstChunk = 0
  readonly #supports: Readonly<Record<string, unknown>>[] = []
  readonly #passages: Passage[] = []
  #searchedCharacters = 0
  #kept: CitationState = { text: '', isFull: false, parts: 0, chunks: [], supports: 0, passages: 0 }

  /** Adds a part of the answer. @param text - empty for thoughts and for parts other than text */
  addPart(text: string): void {
    this.#isFull ||= this.#text.length + text.length > LONGEST_TRACKED_TEXT
    if (this.#isFull) return
    this.#parts.push(this.#text.length)
    this.#text += text
  }

  /** Saves the state at a continuation token. */
  markResumePoint(): void {
    const { length: parts } = this.#parts
    const { length: supports } = this.#supports
    this.#kept = { text: this.#text, isFull: this.#isFull, parts, chunks: this.#chunks, supports, passages: this.#passages.length }
  }

  /** Restores the state at the last continuation token: Gemini repeats what followed it. */
  rewind(): void {
    const { text, isFull, parts, chunks, supports, passages } = this.#kept
    this.#text = text
    this.#isFull = isFull
    this.#parts.length = parts
    this.#chunks = chunks
    this.#supports.length = supports
    this.#passages.length = passages
  }

  /** Begins a continuation. @returns the offsets to add to its citations */
  beginContinuation(): ContinuationOffsets {
    this.#isOver = this.#isFull
    this.#firstChunk = this.#chunks.length
    return { bytes: Buffer.byteLength(this.#text), chunks: this.#chunks.length, parts: this.#parts.length }
  }

  /** Adds citations of an event. Passages may precede the text, and sources may follow both. */
  addMetadata({ groundingMetadata: grounding, citationMetadata: citations }: Candidate): void {
    if (this.#isOver) return
    if (isRecord(grounding)) {
      const joined = joinItems(this.#chunks.slice(this.#firstChunk), toList(grounding.groundingChunks))
      this.#chunks = [...this.#chunks.slice(0, this.#firstChunk), ...joined]
      for (const support of recordsOf(grounding.groundingSupports)) if (this.#supports.length < MOST_PASSAGES) this.#supports.push(support)
    }
    if (!isRecord(citations)) return
    // `citations` is the name in Vertex AI.
    for (const cited of recordsOf(citations.citationSources ?? citations.citations)) {
      this.#passages.push({ ...rangeOf(cited), text: undefined, part: undefined, sources: [toSource(cited)] })
    }
  }

  /** Returns one annotation for each passage and source, in Gemini's order. */
  toAnnotations(): ChatAnnotation[] {
    if (this.#supports.length + this.#passages.length === 0) return []
    const sources = this.#chunks.map(toChunkSource)
    const supports = this.#supports.map((support) => toPassage(support, sources))
    const passages = [...supports, ...this.#passages].slice(0, MOST_PASSAGES)
    const annotations = new Map<string, ChatAnnotation>()
    const ranges = toRanges(this.#text, passages)
    const rangesInParts = this.#rangesInParts(passages)
    let begins: readonly number[] | undefined
    const near = (index: number): number => {
      begins ??= toNearestIndexes(
        this.#text,
        passages.map(({ startByte }) => startByte),
      )
      return begins[index] ?? 0
    }
    let characters = 0
    for (const [index, passage] of passages.entries()) {
      const range = this.#locate(passage, ranges[index], rangesInParts[index], () => near(index))
      if (range === undefined) continue
      for (const source of passage.sources) {
        if (source === undefined) continue
        characters += source.url.length + source.title.length
        if (characters > MOST_ANNOTATION_CHARACTERS) return [...annotations.values()]
        annotations.set(`${range.start} ${range.end} ${source.url}`, toAnnotation(range, source))
      }
    }
    return [...annotations.values()]
  }

  /**
   * Finds a passage in the whole text.
   *
   * @param range - its range if Gemini's offsets are relative to the whole text
   * @param inPart - its range if Gemini's offsets are relative to a part
   * @param near - returns the index near which to search if neither range has the passage
   */
  #locate(
    { text }: Passage,
    range: CharacterRange | undefined,
    inPart: CharacterRange | undefined,
    near: () => number,
  ): CharacterRange | undefined {
    if (text === undefined) return range
    if (isRangeOf(this.#text, inPart, text)) return inPart
    if (isRangeOf(this.#text, range, text)) return range
    this.#searchedCharacters += this.#text.length
    if (this.#searchedCharacters > MOST_SEARCHED_CHARACTERS) return undefined
    return findRange(this.#text, text, near())
  }

  /** Returns the ranges in the whole text of passages whose offsets are relative to a part. */
  #rangesInParts(passages: readonly Passage[]): (CharacterRange | undefined)[] {
    if (passages.every(({ part }) => part === undefined)) return []
    const begins = toByteOffsets(this.#text, this.#parts)
    const shifted = passages.map(({ part, startByte, endByte }): ByteRange => {
      const begin = part === undefined ? undefined : begins[part]
      // A negative offset has no range.
      return begin === undefined ? { startByte: -1, endByte: -1 } : { startByte: begin + startByte, endByte: begin + endByte }
    })
    return toRanges(this.#text, shifted)
  }
}

const toAnnotation = ({ start, end }: CharacterRange, { url, title }: Source): ChatAnnotation => ({
  type: 'url_citation',
  url_citation: { start_index: start, end_index: end, url, title },
})

function toPassage(support: Readonly<Record<string, unknown>>, sources: readonly (Source | undefined)[]): Passage {
  const segment = isRecord(support.segment) ? support.segment : {}
  const { text, partIndex } = segment
  return {
    ...rangeOf(segment),
    text: typeof text === 'string' && text !== '' ? text : undefined,
    part: typeof partIndex === 'number' ? partIndex : undefined,
    sources: toList(support.groundingChunkIndices).map((index) => (typeof index === 'number' ? sources[index] : undefined)),
  }
}

// Google's JSON omits numbers that are 0.
const rangeOf = ({ startIndex, endIndex }: Readonly<Record<string, unknown>>): ByteRange => ({
  startByte: typeof startIndex === 'number' ? startIndex : 0,
  endByte: typeof endIndex === 'number' ? endIndex : 0,
})

/** Returns the source of a grounding chunk, whose only member is named after its kind. */
function toChunkSource(chunk: unknown): Source | undefined {
  if (!isRecord(chunk)) return undefined
  const kind = [chunk.web, chunk.retrievedContext, chunk.maps, chunk.image].find(isRecord)
  return kind === undefined ? undefined : toSource(kind)
}

/** @returns undefined without a URL, which OpenAI's annotation requires */
function toSource({ uri, sourceUri, imageUri, title }: Readonly<Record<string, unknown>>): Source | undefined {
  const address = [uri, sourceUri, imageUri].find((value): value is string => typeof value === 'string' && value.trim() !== '')
  if (address === undefined) return undefined
  // Gemini sends URLs with unescaped spaces, such as `https://google.com/search?q=time in London`.
  const url = address.trim().replace(/\s/g, encodeURIComponent)
  return { url, title: typeof title === 'string' && title !== '' ? title : (hostOf(url) ?? url) }
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined) || undefined

const recordsOf = (value: unknown): Readonly<Record<string, unknown>>[] => toList(value).filter(isRecord)
