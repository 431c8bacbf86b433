import { randomId } from '../../contract/ids.js'
import { isRecord } from '../../contract/isRecord.js'
import type { ParsedRequest } from '../request/parseRequest.js'
import type { OpenItem, ResponseEmitter } from './emitter.js'
import { type OpenCode, type OpenSearch, openCode, openSearch } from './serverTools.js'

/** `extra_content.google` of a chat message; Google may change the type of any value. */
export type GoogleContent = Readonly<Record<string, unknown>>

/** A step of Google's code execution: the code, or its result. */
export type CodeStep = { readonly code: string } | { readonly outcome: string | undefined; readonly output: string }

/** Makes the output items of one answer for the tools that Google executes. */
export class GoogleTools {
  readonly #containerId = `cntr_${randomId()}`
  /** A Set: Gemini may report a query twice, with the search and again with its sources. */
  readonly #queries = new Set<string>()
  readonly #sources = new Set<string>()
  /** Searches whose item waits for its sources. */
  #searches: OpenSearch[] = []
  #code: OpenCode | undefined

  constructor(
    private readonly emitter: ResponseEmitter,
    private readonly details: ParsedRequest['toolDetails'],
  ) {}

  /** Collects the sources of web searches, if the client asked for them. */
  addSources(google: GoogleContent): void {
    if (this.details.hasSources) for (const url of sourcesIn(google)) this.#sources.add(url)
  }

  /** Returns the queries that were not reported before. */
  newQueries({ web_search_queries: queries }: GoogleContent): string[] {
    const found = Array.isArray(queries) ? queries : []
    return found.filter((query): query is string => {
      if (typeof query !== 'string' || query === '' || this.#queries.has(query)) return false
      this.#queries.add(query)
      return true
    })
  }

  /** Adds the item of one web search. */
  addSearch(queries: readonly string[]): void {
    const search = openSearch(this.emitter, queries)
    if (this.details.hasSources) this.#searches.push(search)
    else search.complete(undefined)
  }

  /** Adds code, or the result of the open code. */
  addStep(step: CodeStep): void {
    if ('code' in step) {
      this.#code?.close('incomplete')
      this.#code = openCode(this.emitter, step.code, this.#containerId)
    } else {
      this.#code?.complete(step.outcome, this.details.hasOutputs ? step.output : undefined)
      this.#code = undefined
    }
  }

  /** Completes all open items. */
  finish(): void {
    this.#code?.close('incomplete')
    this.#code = undefined
    const sources = [...this.#sources]
    // All sources go to the first search: Gemini does not say which search found a source.
    for (const [index, search] of this.#searches.entries()) search.complete(index === 0 ? sources : [])
    this.#searches = []
  }

  /** Returns the incomplete items. */
  openItems(): OpenItem[] {
    return [...this.#searches, ...(this.#code === undefined ? [] : [this.#code])]
  }
}

function sourcesIn({ grounding_metadata: metadata }: GoogleContent): string[] {
  const chunks = isRecord(metadata) && Array.isArray(metadata.groundingChunks) ? metadata.groundingChunks : []
  return chunks.flatMap((chunk: unknown) => {
    const web = isRecord(chunk) ? chunk.web : undefined
    return isRecord(web) && typeof web.uri === 'string' && web.uri !== '' ? [web.uri] : []
  })
}

/** Reads the steps of Google's code execution, in order. */
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
