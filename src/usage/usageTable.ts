import type { RequestSummary } from '../contract/requestSummary.js'
import type { OperationId } from '../contract/types.js'
import { costOf } from './cost.js'
import { PRICES } from './prices.js'

/** A group of requests in a usage table: the columns by which they are grouped, with values. */
export type UsageGroup = Readonly<Record<string, string>>

/** A group of requests by caller and model; `-` stands for no caller and for no model. */
export interface CallerAndModel extends Record<string, string> {
  readonly caller: string
  /** The Gemini model that answered, else the one that the client named. */
  readonly model: string
}

/** Sums over the requests of one group. */
export interface UsageSums {
  readonly requests: number
  /** Requests that failed, including streams that failed after their HTTP status was sent. */
  readonly errors: number
  /** Attempts of upstream calls. Google bills those that it answered. */
  readonly attempts: number
  /** Attempts that repeated a failed one. Gemini does not report the tokens of failed attempts. */
  readonly retries: number
  /** The prompt tokens that Google bills, those of continuations included. */
  readonly promptTokens: number
  /** Tokens of the answers, including `reasoningTokens`. */
  readonly completionTokens: number
  readonly reasoningTokens: number
  /** The part of `promptTokens` that Gemini had cached. */
  readonly cachedTokens: number
  /**
   * Cost in US dollars: a lower bound if `unpricedRequests` or `uncountedRequests` is not 0. Null
   * if no request has a known cost; if those two are 0, nothing was billed, else it is unknown.
   */
  readonly cost: number | null
  /** Requests for which the price of at least a part of the tokens is unknown. */
  readonly unpricedRequests: number
  /** Requests that Gemini may have billed although it did not report their tokens to the proxy. */
  readonly uncountedRequests: number
}

/** Options of a {@link UsageTable}. */
export interface UsageTableOptions<G extends UsageGroup> {
  /** Returns the group of a request; `at` is its time in milliseconds since 1970. */
  readonly groupOf: (summary: RequestSummary, at: number) => G
  /** Maximum number of groups; further groups are summed in one whose values are `other`. */
  readonly maxRows?: number
}

type Sums = { -readonly [K in keyof UsageSums]: UsageSums[K] }

interface Row<G extends UsageGroup> {
  readonly group: G
  readonly sums: Sums
}

const MAX_USAGE_ROWS = 1_000
/** The operations that call a model and are counted. Google does not bill counting tokens. */
const MODEL_OPERATIONS: ReadonlySet<string> = new Set<OperationId>([
  ...(['createChatCompletion', 'createCompletion', 'createResponse', 'createMessage', 'createEmbedding'] as const),
  ...(['createImage', 'createImageEdit', 'createSpeech', 'createTranscription'] as const),
  ...(['generateContent', 'streamGenerateContent', 'embedContent', 'batchEmbedContents', 'createInteraction'] as const),
])
const GATEWAY_TIMEOUT = 504
const CLIENT_CLOSED = 499

/** Returns the group of a request by caller and model; unknown models share the group `other`. */
export const groupByCallerAndModel = (summary: RequestSummary): CallerAndModel => ({
  caller: summary.caller ?? '-',
  model: answeringModel(summary) ?? '-',
})

/**
 * Returns the Gemini model that answered, else the one that the client named, without the `models/`
 * of older logs; undefined if the request names none. Returns `other` for an unknown model, and for
 * a name without a price if Gemini was not called: the client may have sent any text.
 */
export function answeringModel({ servedModel, model, errorCode, attempts, cancelled }: RequestSummary): string | undefined {
  if (errorCode === 'model_not_found') return 'other'
  const name = (servedModel ?? model)?.replace(/^models\//, '')
  const isUnchecked = servedModel === undefined && attempts === undefined && (errorCode !== undefined || cancelled)
  return name !== undefined && isUnchecked && !Object.hasOwn(PRICES, name) ? 'other' : name
}

/**
 * Sums requests by caller and model, or by another group. Its memory is bounded, however many
 * callers and models there are.
 */
export class UsageTable<G extends UsageGroup = CallerAndModel> {
  readonly #groupOf: UsageTableOptions<G>['groupOf']
  readonly #maxRows: number
  readonly #rows = new Map<string, Row<G>>()
  readonly #total = makeEmptySums()
  readonly #unpricedModels = new Set<string>()

  constructor({ groupOf, maxRows = MAX_USAGE_ROWS }: UsageTableOptions<G>) {
    this.#groupOf = groupOf
    this.#maxRows = maxRows
  }

  /**
   * Adds a finished request.
   *
   * @param at - its time in milliseconds since 1970, which decides the price
   * @returns false for a request that is not counted, because it calls no model
   */
  add(summary: RequestSummary, at: number): boolean {
    if (summary.operation === undefined || !MODEL_OPERATIONS.has(summary.operation)) return false
    const { sums } = this.#rowOf(this.#groupOf(summary, at))
    const model = answeringModel(summary)
    const cost = toCost(summary, model, at)
    for (const each of [sums, this.#total]) addTo(each, summary, cost)
    if (cost.unpriced > 0 && model !== undefined && this.#unpricedModels.size < this.#maxRows) this.#unpricedModels.add(model)
    return true
  }

  /** Returns all groups with their sums, in descending order of cost, then of tokens. */
  rows(): (G & UsageSums)[] {
    const rows = [...this.#rows.values()].map(({ group, sums }) => ({ ...group, ...sums }))
    return rows.sort(
      (one, other) => (other.cost ?? 0) - (one.cost ?? 0) || tokensOf(other) - tokensOf(one) || other.requests - one.requests,
    )
  }

  /** Returns the sums of all requests. */
  total(): UsageSums {
    return { ...this.#total }
  }

  /** Returns the models with requests of unknown or partly known cost; at most `maxRows`. */
  unpricedModels(): string[] {
    return [...this.#unpricedModels].sort()
  }

  #rowOf(group: G): Row<G> {
    const key = JSON.stringify(Object.values(group))
    const found = this.#rows.get(key)
    if (found !== undefined) return found
    if (this.#rows.size >= this.#maxRows && !isOther(group)) return this.#rowOf(toOther(group))
    const row = { group, sums: makeEmptySums() }
    this.#rows.set(key, row)
    return row
  }
}

const tokensOf = ({ promptTokens, completionTokens }: UsageSums): number => promptTokens + completionTokens

const isOther = (group: UsageGroup): boolean => Object.values(group).every((value) => value === 'other')

// The cast to `G` is safe: the result has the columns of `group`, each with the value `other`.
const toOther = <G extends UsageGroup>(group: G): G => Object.fromEntries(Object.keys(group).map((column) => [column, 'other'])) as G

const makeEmptySums = (): Sums => ({
  requests: 0,
  errors: 0,
  attempts: 0,
  retries: 0,
  promptTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  cachedTokens: 0,
  cost: null,
  unpricedRequests: 0,
  uncountedRequests: 0,
})

/** The cost of one request. */
interface RequestCost {
  /** US dollars; undefined if no part of the cost is known. */
  readonly amount: number | undefined
  readonly unpriced: 0 | 1
  readonly uncounted: 0 | 1
}

function toCost(summary: RequestSummary, model: string | undefined, at: number): RequestCost {
  const { prompt, cached } = billedPrompt(summary)
  const { completionTokens: completion = 0 } = summary
  // A resumed answer costs nothing: the request that created it has been counted.
  if (summary.resumed === true) return { amount: undefined, unpriced: 0, uncounted: 0 }
  if (prompt === undefined) return { amount: undefined, unpriced: 0, uncounted: mayBeBilled(summary) ? 1 : 0 }
  const cost = model === undefined ? undefined : costOf(model, { prompt, completion, cached }, at)
  return { amount: cost?.amount, unpriced: cost?.isComplete === true ? 0 : 1, uncounted: 0 }
}

/** The prompt tokens that Google bills for a request, those of continuations included. */
const billedPrompt = (summary: RequestSummary): { readonly prompt: number | undefined; readonly cached: number } => ({
  prompt: summary.billedPromptTokens ?? summary.promptTokens,
  cached: summary.billedCachedTokens ?? summary.cachedTokens ?? 0,
})

/** True if Google may bill a request without token counts, as after a disconnect or time limit. */
function mayBeBilled({ status, attempts, cancelled }: RequestSummary): boolean {
  if (attempts === 0) return false
  return status < 400 || status === CLIENT_CLOSED || status === GATEWAY_TIMEOUT || cancelled
}

function addTo(sums: Sums, summary: RequestSummary, { amount, unpriced, uncounted }: RequestCost): void {
  if (summary.background === true) {
    // The first summary of this request had no tokens: take it back from `uncountedRequests`.
    if (summary.promptTokens !== undefined) sums.uncountedRequests = Math.max(sums.uncountedRequests - 1, 0)
  } else {
    sums.requests += 1
    if (isFailedRequest(summary)) sums.errors += 1
    sums.attempts += summary.attempts ?? 0
    sums.retries += summary.repeats ?? 0
    sums.uncountedRequests += uncounted
  }
  if (summary.resumed !== true) {
    const { prompt = 0, cached } = billedPrompt(summary)
    sums.promptTokens += prompt
    sums.completionTokens += summary.completionTokens ?? 0
    sums.reasoningTokens += summary.reasoningTokens ?? 0
    sums.cachedTokens += cached
  }
  if (amount !== undefined) sums.cost = (sums.cost ?? 0) + amount
  sums.unpricedRequests += unpriced
}

/** True for a request that failed, even after its status was sent. A disconnect is no failure. */
export const isFailedRequest = ({ status, errorType, cancelled }: RequestSummary): boolean =>
  !cancelled && (status >= 400 || errorType !== undefined)
