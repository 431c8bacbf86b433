import type { RequestSummary } from '../contract/requestSummary.js'
import { answeringModel } from '../usage/usageTable.js'

/** How often an error occurred for one caller and model. */
export interface ErrorCount {
  /** `error.code`; undefined for a missing token, whose error has the code null, as OpenAI's. */
  readonly code: string | undefined
  readonly status: number
  readonly caller: string | undefined
  readonly model: string | undefined
  readonly count: number
  /** When the error last occurred, in Unix milliseconds. */
  readonly lastAt: number
}

const MAX_ERROR_ROWS = 500

/** Counts errors by code, status, caller and model. When full, evicts the least recent error. */
export class ErrorTable {
  readonly #rows = new Map<string, ErrorCount>()

  /** Counts a failed request. */
  add(summary: RequestSummary, at: number): void {
    const { errorCode: code, status, caller } = summary
    const model = answeringModel(summary)
    const key = JSON.stringify([code, status, caller, model])
    const count = (this.#rows.get(key)?.count ?? 0) + 1
    this.#rows.delete(key)
    this.#rows.set(key, { code, status, caller, model, count, lastAt: at })
    const [oldest] = this.#rows.keys()
    if (this.#rows.size > MAX_ERROR_ROWS && oldest !== undefined) this.#rows.delete(oldest)
  }

  /** All rows, the latest error first. */
  rows(): ErrorCount[] {
    return [...this.#rows.values()].reverse()
  }
}
