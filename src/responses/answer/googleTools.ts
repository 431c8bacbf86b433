import { randomId } from '../../contract/ids.js'
import { isRecord, memberOf } from '../../contract/isRecord.js'
import { toWebAddress } from '../../contract/webAddress.js'
import type { ParsedRequest } from '../request/parseRequest.js'
import type { OpenItem, ResponseEmitter } from './emitter.js'
import { type OpenCode, type OpenSearch, startCodeItem, startSearchItem } from './serverTools.js'

/** `extra_content.google` of a chat message. Unchecked: Google may change the type of a value. */
export type GoogleContent = Readonly<Record<string, unknown>>

/** A step of Google's code execution: the code, or its result. */
export type CodeStep = { readonly code: string } | { readonly outcome: string | undefined; readonly output: string }

/** Makes the output items of one answer for the tools that Google executes. */
export class GoogleToolItems {
  readonly #containerId = `cntr_${randomId()}`
  /** Search queries so far. A Set: Gemini may report a query again, together with its sources. */
  readonly #queries = new Set<string>()
  readonly #sources = new Set<string>()
  /** Search items that stay open until {@link finish} adds their sources. */
  #searches: OpenSearch[] = []
  #code: OpenCode | undefined

  constructor(
    private readonly emitter: ResponseEmitter,
    private readonly details: ParsedRequest['toolDetails'],
  ) {}

  /** Collects the URLs of web search sources, if the client asked for them. */
  addSources(google: GoogleContent): void {
    if (this.details.hasSources) for (const url of sourcesIn(google)) this.#sources.add(url)
  }

  /** Returns the search queries of a delta that no earlier delta contained. */
  newQueries({ web_search_queries: queries }: GoogleContent): string[] {
    const found = Array.isArray(queries) ? queries : []
    return found.filter((query): query is string => {
      if (typeof query !== 'string' || query === '' || this.#queries.has(query)) return false
      this.#queries.add(query)
      return true
    })
  }

  /** Adds a `web_search_call` item; it stays open for sources if the client asked for them. */
  addSearch(queries: readonly string[]): void {
    const search = startSearchItem(this.emitter, queries)
    if (this.details.hasSources) this.#searches.push(search)
    else search.complete(undefined)
  }

  /** Opens a `code_interpreter_call` item for code, or completes the open one with its result. */
  addStep(step: CodeStep): void {
    if ('code' in step) {
      this.#code?.close('incomplete')
      this.#code = startCodeItem(this.emitter, step.code, this.#containerId)
    } else {
      this.#code?.complete(step.outcome, this.details.hasOutputs ? step.output : undefined)
      this.#code = undefined
    }
  }

  /** Completes the open searches with their sources, and closes code that got no result. */
  finish(): void {
    this.#code?.close('incomplete')
    this.#code = undefined
    const sources = [...this.#sources]
    // The first search gets all sources: Gemini does not say which search found a source.
    for (const [index, search] of this.#searches.entries()) search.complete(index === 0 ? sources : [])
    this.#searches = []
  }

  /** Returns the search and code items that are not complete. */
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

/** Returns the steps of Google's code execution in a chat message or delta, in order. */
export function codeStepsIn({ code_execution: steps }: GoogleContent): CodeStep[] {
  return (Array.isArray(steps) ? steps : []).flatMap((step: unknown): CodeStep[] => {
    if (!isRecord(step)) return []
    const { executable_code: code, code_execution_result: result } = step
    if (isRecord(code)) return [{ code: stringIn(code.code) }]
    if (!isRecord(result)) return []
    return [{ outcome: stringIn(result.outcome), output: stringIn(result.output) }]
  })
}

const stringIn = (value: unknown): string => (typeof value === 'string' ? value : '')
