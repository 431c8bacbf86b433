import { randomId } from '../../contract/ids.js'
import { isRecord, memberOf } from '../../contract/isRecord.js'
import { toWebAddress } from '../../contract/webAddress.js'
import type { GoogleContent } from '../../responses/answer/googleTools.js'
import type { BlockWriter } from './blockWriter.js'
import type { AnswerBlock } from './message.js'

type Found = Extract<AnswerBlock, { type: 'web_search_tool_result' }>['content'][number]

/** The web searches that Google ran for one answer, written as Anthropic's search blocks. */
export class WebSearches {
  /** All search queries; a Set, because Gemini may report a query twice. */
  readonly #queries = new Set<string>()
  /** Search queries for which no block is written yet. */
  #newQueries: string[] = []
  /** Ids of the search blocks whose result blocks are not written yet. */
  #waiting: string[] = []
  /** Sources that no result block contains yet, by URL. */
  readonly #found = new Map<string, Found>()

  constructor(private readonly writer: BlockWriter) {}

  /** Collects the queries and sources of a delta, without writing blocks. */
  add(google: GoogleContent): void {
    for (const query of Array.isArray(google.web_search_queries) ? google.web_search_queries : []) {
      if (typeof query !== 'string' || query === '' || this.#queries.has(query)) continue
      this.#queries.add(query)
      this.#newQueries.push(query)
    }
    for (const source of findSources(google)) this.#found.set(source.url, source)
  }

  /** Returns the number of different search queries. */
  count(): number {
    return this.#queries.size
  }

  /** True if a search query has no block yet. */
  hasNewQueries(): boolean {
    return this.#newQueries.length > 0
  }

  /** Writes the blocks of new queries, and their result blocks if sources are known. */
  write(): void {
    const areFound = this.#found.size > 0
    for (const query of this.#newQueries) {
      this.#start(query)
      if (areFound) this.writeResults()
    }
    this.#newQueries = []
  }

  /** Writes missing result blocks; if sources came later, repeats the last search with them. */
  finish(): void {
    const last = [...this.#queries].at(-1)
    if (last !== undefined && this.#found.size > 0 && this.#waiting.length === 0) this.#start(last)
    this.writeResults()
  }

  /**
   * Writes a result block for each search without one. The first gets all known sources: Gemini
   * does not say which search found a source. In a stream, Gemini names sources only at the end.
   */
  writeResults(): void {
    for (const id of this.#waiting) {
      this.writer.writeResults(id, [...this.#found.values()])
      this.#found.clear()
    }
    this.#waiting = []
  }

  #start(query: string): void {
    const id = `srvtoolu_${randomId()}`
    this.writer.startSearch(id)
    this.writer.writeInput(JSON.stringify({ query }))
    this.#waiting.push(id)
  }
}

function findSources({ grounding_metadata: metadata }: GoogleContent): Found[] {
  const chunks = isRecord(metadata) && Array.isArray(metadata.groundingChunks) ? metadata.groundingChunks : []
  return chunks.flatMap((chunk: unknown): Found[] => {
    const web = isRecord(chunk) ? chunk.web : undefined
    const url = toWebAddress(memberOf(web, 'uri'))
    if (url === undefined) return []
    const title = memberOf(web, 'title')
    return [{ type: 'web_search_result', url, title: typeof title === 'string' ? title : '', encrypted_content: '', page_age: null }]
  })
}
