import { isRecord } from '../../../contract/isRecord.js'
import type { ChatAnnotation } from '../../../contract/types.js'
import { toWebAddress } from '../../../contract/webAddress.js'
import { toList } from '../../answer/joinDeltas.js'
import type { Candidate } from '../wire/types.js'
import type { ContinuationOffsets } from './continuationOffsets.js'
import { ItemList, MAX_ITEMS } from './itemList.js'
import { type ByteRange, type CharacterRange, findRange, isRangeOf, toByteOffsets, toNearestIndexes, toRanges } from './textRanges.js'

// Maximum length of the text in which citations are located, in UTF-16 units: about 131,072 tokens
// of prose, more than most models generate. Limited because every open stream holds it in memory.
const LONGEST_TRACKED_TEXT = 524_288

// Maximum length of all URLs and titles in an answer's annotations, in UTF-16 units: a long title
// is repeated in each annotation that cites it.
const MAX_ANNOTATION_CHARACTERS = 1_048_576
// Limits the CPU time of searches for passages with wrong offsets. In UTF-16 units, summed over all
// searched texts: enough for 64 searches of the longest text.
const MAX_SEARCHED_CHARACTERS = 33_554_432

/** A passage of the answer's text, with the sources that it cites. */
interface Passage extends ByteRange {
  /** The text of the passage; undefined if Gemini sent offsets only, as in `citationMetadata`. */
  readonly text: string | undefined
  /** Index of the part to which the offsets refer; undefined if they refer to the whole text. */
  readonly part: number | undefined
  readonly sources: readonly (Source | undefined)[]
}

interface Source {
  readonly url: string
  readonly title: string
}

/** State of {@link Citations} at a continuation token. */
interface CitationState {
  readonly text: string
  readonly parts: number
  readonly total: Total
  readonly reports: Reports
}

/** Size of the whole answer so far. Of a long text, {@link Citations} stores only the beginning. */
interface Total {
  readonly bytes: number
  readonly parts: number
}

/** Citations as Gemini reported them: grounding chunks, grounding supports, citation sources. */
interface Reports {
  readonly chunks: ItemList
  readonly supports: ItemList
  readonly cited: ItemList
}

const noReports = (): Reports => ({ chunks: ItemList.of(), supports: ItemList.of(), cited: ItemList.of() })

/**
 * Collects the citations of one candidate. Gemini's offsets are UTF-8 bytes of the text without
 * thoughts; OpenAI's indexes are UTF-16 units of the content.
 *
 * @see https://ai.google.dev/gemini-api/docs/google-search
 */
export class Citations {
  /** The text of the answer, up to {@link LONGEST_TRACKED_TEXT}. */
  #text = ''
  /** Index in `#text` at which each part begins. */
  readonly #parts: number[] = []
  #total: Total = { bytes: 0, parts: 0 }
  #reports = noReports()
  /** The citations that Gemini reported before the current continuation. */
  #earlier = this.#reports
  #searchedCharacters = 0
  #savedState: CitationState = { text: '', parts: 0, total: this.#total, reports: this.#reports }

  /** Adds a part of the answer. @param text - its text; empty for thoughts, calls and media */
  addPart(text: string): void {
    const { bytes, parts } = this.#total
    if (parts === this.#parts.length && this.#text.length + text.length <= LONGEST_TRACKED_TEXT) {
      this.#parts.push(this.#text.length)
      this.#text += text
    }
    this.#total = { bytes: bytes + Buffer.byteLength(text), parts: parts + 1 }
  }

  /** Saves the citations so far at a continuation token, for {@link rewind}. */
  markResumePoint(): void {
    this.#savedState = { text: this.#text, parts: this.#parts.length, total: this.#total, reports: this.#reports }
  }

  /** Restores the saved state: in a resumption, Gemini sends all later citations again. */
  rewind(): void {
    const { text, parts, total, reports } = this.#savedState
    this.#text = text
    this.#parts.length = parts
    this.#total = total
    this.#reports = reports
  }

  /** Begins a continuation. @returns the sizes of the answer so far, to add to later offsets */
  beginContinuation(): ContinuationOffsets {
    this.#earlier = this.#reports
    return { ...this.#total, chunks: this.#reports.chunks.length }
  }

  /** Adds the citations of an event. The texts and sources that they refer to may arrive later. */
  addMetadata({ groundingMetadata: grounding, citationMetadata: citations }: Candidate): void {
    if (isRecord(grounding)) {
      this.#addReport('chunks', grounding.groundingChunks)
      this.#addReport('supports', grounding.groundingSupports)
    }
    // In Vertex AI, `citationSources` is named `citations`.
    if (isRecord(citations)) this.#addReport('cited', citations.citationSources ?? citations.citations)
  }

  #addReport(name: keyof Reports, items: unknown): void {
    this.#reports = { ...this.#reports, [name]: this.#reports[name].add(toList(items), this.#earlier[name].length) }
  }

  /** Returns a `url_citation` for each passage and each of its sources, in Gemini's order. */
  toAnnotations(): ChatAnnotation[] {
    const { chunks, supports, cited } = this.#reports
    if (supports.length + cited.length === 0) return []
    const sources = chunks.toArray().map(toChunkSource)
    const grounded = recordsOf(supports.toArray()).map((support) => toPassage(support, sources))
    const passages = this.#trackedOf([...grounded, ...recordsOf(cited.toArray()).map(toCitedPassage)]).slice(0, MAX_ITEMS)
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
        if (characters > MAX_ANNOTATION_CHARACTERS) return [...annotations.values()]
        annotations.set(`${range.start} ${range.end} ${source.url}`, toAnnotation(range, source))
      }
    }
    return [...annotations.values()]
  }

  /** Drops passages beyond the stored text: a search could mistake equal, earlier text for them. */
  #trackedOf(passages: readonly Passage[]): readonly Passage[] {
    if (this.#total.parts === this.#parts.length) return passages
    const bytes = Buffer.byteLength(this.#text)
    return passages.filter(({ startByte, part = 0 }) => startByte < bytes && part < this.#parts.length)
  }

  /**
   * Finds a passage in the tracked text.
   *
   * @param range - its range if Gemini's offsets are relative to the whole text
   * @param inPart - its range if Gemini's offsets are relative to a part
   * @param near - returns the index to search near if the passage is in neither range
   * @returns undefined if the passage was not found
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
    if (this.#searchedCharacters > MAX_SEARCHED_CHARACTERS) return undefined
    return findRange(this.#text, text, near())
  }

  /** Returns the range of each passage in `#text` if its offsets are relative to its part. */
  #rangesInParts(passages: readonly Passage[]): (CharacterRange | undefined)[] {
    if (passages.every(({ part }) => part === undefined)) return []
    const begins = toByteOffsets(this.#text, this.#parts)
    const shifted = passages.map(({ part, startByte, endByte }): ByteRange => {
      const begin = part === undefined ? undefined : begins[part]
      // An unknown part has no range: `toRanges` returns undefined for negative offsets.
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

const toCitedPassage = (cited: Readonly<Record<string, unknown>>): Passage => ({
  ...rangeOf(cited),
  text: undefined,
  part: undefined,
  sources: [toSource(cited)],
})

// An absent index is 0, because Google's JSON omits zeros.
const rangeOf = ({ startIndex, endIndex }: Readonly<Record<string, unknown>>): ByteRange => ({
  startByte: typeof startIndex === 'number' ? startIndex : 0,
  endByte: typeof endIndex === 'number' ? endIndex : 0,
})

/** Reads the source of a grounding chunk from its only member: `web`, `maps` or similar. */
function toChunkSource(chunk: unknown): Source | undefined {
  if (!isRecord(chunk)) return undefined
  const kind = [chunk.web, chunk.retrievedContext, chunk.maps, chunk.image].find(isRecord)
  return kind === undefined ? undefined : toSource(kind)
}

/** Reads the URL and title of a source; undefined without a URL, which OpenAI requires. */
function toSource({ uri, sourceUri, imageUri, title }: Readonly<Record<string, unknown>>): Source | undefined {
  const url = toWebAddress(uri) ?? toWebAddress(sourceUri) ?? toWebAddress(imageUri)
  if (url === undefined) return undefined
  return { url, title: typeof title === 'string' && title !== '' ? title : new URL(url).hostname }
}

const recordsOf = (value: unknown): Readonly<Record<string, unknown>>[] => toList(value).filter(isRecord)
