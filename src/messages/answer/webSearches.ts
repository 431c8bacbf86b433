import { randomId } from '../../contract/ids.js'
import { isRecord } from '../../contract/isRecord.js'
import type { GoogleContent } from '../../responses/answer/googleTools.js'
import type { BlockWriter } from './blockWriter.js'
import type { AnswerBlock } from './message.js'

type Found = Extract<AnswerBlock, { type: 'web_search_tool_result' }>['content'][number]

/** The web searches that Google ran for one answer, written as Anthropic's search blocks. */
export class WebSearches {
  /** All queries; a Set, because Gemini may report a query twice. */
  readonly #queries = new Set<string>()
  /** Queries without a block yet. */
  #newQueries: string[] = []
  /** IDs of searches whose results are not written yet. */
  #waiting: string[] = []
  /** Sources that are not written yet, by URL. */
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

  /** The number of searches. */
  count(): number {
    return this.#queries.size
  }

  /** True if there are queries without a block. */
  hasNew(): boolean {
    return this.#newQueries.length > 0
  }

  /** Writes the blocks of new searches, with their results if sources are known. */
  write(): void {
    const areFound = this.#found.size > 0
    for (const query of this.#newQueries) {
      this.#start(query)
      if (areFound) this.#writeResults()
    }
    this.#newQueries = []
  }

  /** Writes missing results, and sources that arrived after the last results. */
  finish(): void {
    const last = [...this.#queries].at(-1)
    if (last !== undefined && this.#found.size > 0 && this.#waiting.length === 0) this.#start(last)
    this.#writeResults()
  }

  #start(query: string): void {
    const id = `srvtoolu_${randomId()}`
    this.writer.startSearch(id)
    this.writer.writeInput(JSON.stringify({ query }))
    this.#waiting.push(id)
  }

  /** All sources go to the first search: Gemini does not say which search found a source. */
  #writeResults(): void {
    for (const id of this.#waiting) {
      this.writer.writeResults(id, [...this.#found.values()])
      this.#found.clear()
    }
    this.#waiting = []
  }
}

function findSources({ grounding_metadata: metadata }: GoogleContent): Found[] {
  const chunks = isRecord(metadata) && Array.isArray(metadata.groundingChunks) ? metadata.groundingChunks : []
  return chunks.flatMap((chunk: unknown): Found[] => {
    const web = isRecord(chunk) ? chunk.web : undefined
    if (!isRecord(web) || typeof web.uri !== 'string' || web.uri === '') return []
    const title = typeof web.title === 'string' ? web.title : ''
    return [{ type: 'web_search_result', url: web.uri, title, encrypted_content: '', page_age: null }]
  })
}
