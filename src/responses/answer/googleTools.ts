import { randomId } from '../../contract/ids.js'
import { isRecord, memberOf } from '../../contract/isRecord.js'
import { toWebAddress } from '../../contract/webAddress.js'
import type { ParsedRequest } from '../request/parseRequest.js'
import type { OpenItem, ResponseEmitter } from './emitter.js'
import { type OpenCode, type OpenSearch, openCode, openSearch } from './serverTools.js'

/** Google's members of an `extra_content`, whose values Google may change at any time. */
export type GoogleContent = Readonly<Record<string, unknown>>

/** One step of code that Google runs: the code, or its result. */
export type CodeStep = { readonly code: string } | { readonly outcome: string | undefined; readonly output: string }

/** The items of one answer for the tools that Google executes. */
export class GoogleTools {
  readonly #containerId = `cntr_${randomId()}`
  /** Gemini may report a query twice: with the search, and with the sources. */
  readonly #queries = new Set<string>()
  readonly #sources = new Set<string>()
  /** Searches that wait for their sources. */
  #searches: OpenSearch[] = []
  #code: OpenCode | undefined

  constructor(
    private readonly emitter: ResponseEmitter,
    private readonly details: ParsedRequest['toolDetails'],
  ) {}

  /** Adds sources of the searches. */
  addSources(google: GoogleContent): void {
    if (this.details.hasSources) for (const url of sourcesIn(google)) this.#sources.add(url)
  }

  /** Returns the queries that are new. */
  newQueries({ web_search_queries: queries }: GoogleContent): string[] {
    const found = Array.isArray(queries) ? queries : []
    return found.filter((query): query is string => {
      if (typeof query !== 'string' || query === '' || this.#queries.has(query)) return false
      this.#queries.add(query)
      return true
    })
  }

  /** Adds the item of one search. */
  addSearch(queries: readonly string[]): void {
    const search = openSearch(this.emitter, queries)
    if (this.details.hasSources) this.#searches.push(search)
    else search.complete(undefined)
  }

  /** Adds a step of code. */
  addStep(step: CodeStep): void {
    if ('code' in step) {
      this.#code?.close('incomplete')
      this.#code = openCode(this.emitter, step.code, this.#containerId)
    } else {
      this.#code?.complete(step.outcome, this.details.hasOutputs ? step.output : undefined)
      this.#code = undefined
    }
  }

  /** Completes all items. */
  finish(): void {
    this.#code?.close('incomplete')
    this.#code = undefined
    const sources = [...this.#sources]
    // Gemini does not say which search has found a source.
    for (const [index, search] of this.#searches.entries()) search.complete(index === 0 ? sources : [])
    this.#searches = []
  }

  /** Returns the items that are not complete. */
  openItems(): OpenItem[] {
    return [...this.#searches, ...(this.#code === undefined ? [] : [this.#code])]
  }
}

function sourcesIn({ grounding_metadata: metadata }: GoogleContent): string[] {
  const chunks = isRecord(metadata) && Array.isArray(metadata.groundingChunks) ? metadata.groundingChunks : []
  return chunks.flatMap((chunk: unknown) => {
    const url = toWebAddress(isRecord(chunk) ? memberOf(chunk.web, 'uri') : undefined)
    return url === undefined ? [] : [url]
  })
}

/** Reads the steps of code that Google has run, in their order. */
export function stepsIn({ code_execution: steps }: GoogleContent): CodeStep[] {
  return (Array.isArray(steps) ? steps : []).flatMap((step: unknown): CodeStep[] => {
    if (!isRecord(step)) return []
    const { executable_code: code, code_execution_result: result } = step
    if (isRecord(code)) return [{ code: stringIn(code.code) }]
    if (!isRecord(result)) return []
    return [{ outcome: stringIn(result.outcome), output: stringIn(result.output) }]
  })
}

const stringIn = (value: unknown): string => (typeof value === 'string' ? value : '')
