import type { RequestSummary } from '../contract/requestSummary.js'
import type { OperationId } from '../contract/types.js'
import { costOf } from './cost.js'

/** The columns by which a table groups requests, with their values. */
export type Group = Readonly<Record<string, string>>

/** The group of requests in the console; `-` if they have no caller or no model. */
export interface CallerAndModel extends Record<string, string> {
  readonly caller: string
  /** The Gemini model that answered, else the one that the client named. */
  readonly model: string
}

/** Sums over the requests of one group. */
export interface UsageSums {
  readonly requests: number
  /** Requests that failed, also after their status was sent. */
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
   * if no request has a known cost: it is then unknown, or nothing was billed if both are 0.
   */
  readonly cost: number | null
  /** Requests with tokens of which at least a part has no known price. */
  readonly unpricedRequests: number
  /** Requests that Gemini may have billed although it did not report their tokens to the proxy. */
  readonly uncountedRequests: number
}

/** Options of a {@link UsageTable}. */
export interface UsageTableOptions<G extends Group> {
  /** Returns the group of a request; `at` is its time in milliseconds since 1970. */
  readonly groupOf: (summary: RequestSummary, at: number) => G
  /** Most groups; requests of further groups are summed in a group whose values are `other`. */
  readonly mostRows?: number
}

type Sums = { -readonly [K in keyof UsageSums]: UsageSums[K] }

interface Row<G extends Group> {
  readonly group: G
  readonly sums: Sums
}

const MOST_USAGE_ROWS = 1_000
/** The operations that a model answers. Google does not bill the counting of tokens. */
const MODEL_OPERATIONS: ReadonlySet<string> = new Set<OperationId>([
  ...(['createChatCompletion', 'createCompletion', 'createResponse', 'createMessage', 'createEmbedding'] as const),
  ...(['createImage', 'createImageEdit', 'createSpeech', 'createTranscription'] as const),
  ...(['generateContent', 'streamGenerateContent', 'embedContent', 'batchEmbedContents', 'createInteraction'] as const),
])
const GATEWAY_TIMEOUT = 504
const CLIENT_CLOSED = 499

/** Returns the group of a request by caller and model; unknown models share the group `other`. */
export const byCallerAndModel = (summary: RequestSummary): CallerAndModel => ({
  caller: summary.caller ?? '-',
  model: answeringModel(summary) ?? '-',
})

/** The Gemini model that answered, else the one that the client named; `other` if unknown. */
export const answeringModel = ({ servedModel, model, errorCode }: RequestSummary): string | undefined =>
  errorCode === 'model_not_found' ? 'other' : (servedModel ?? model)

/**
 * Sums requests by caller and model, or by another group. Its memory is bounded, however many
 * callers and models there are.
 */
export class UsageTable<G extends Group = CallerAndModel> {
  readonly #groupOf: UsageTableOptions<G>['groupOf']
  readonly #mostRows: number
  readonly #rows = new Map<string, Row<G>>()
  readonly #total = noUsage()
  readonly #unpricedModels = new Set<string>()

  constructor({ groupOf, mostRows = MOST_USAGE_ROWS }: UsageTableOptions<G>) {
    this.#groupOf = groupOf
    this.#mostRows = mostRows
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
    if (cost.unpriced > 0 && model !== undefined && this.#unpricedModels.size < this.#mostRows) this.#unpricedModels.add(model)
    return true
  }

  /** All groups, the most expensive first, then those with the most tokens. */
  rows(): (G & UsageSums)[] {
    const rows = [...this.#rows.values()].map(({ group, sums }) => ({ ...group, ...sums }))
    return rows.sort(
      (one, other) => (other.cost ?? 0) - (one.cost ?? 0) || tokensOf(other) - tokensOf(one) || other.requests - one.requests,
    )
  }

  /** The sums of all requests. */
  total(): UsageSums {
    return { ...this.#total }
  }

  /** The models of requests whose cost is unknown in whole or part; at most `mostRows` names. */
  unpricedModels(): string[] {
    return [...this.#unpricedModels].sort()
  }

  #rowOf(group: G): Row<G> {
    const key = JSON.stringify(Object.values(group))
    const found = this.#rows.get(key)
    if (found !== undefined) return found
    if (this.#rows.size >= this.#mostRows && !isOther(group)) return this.#rowOf(toOther(group))
    const row = { group, sums: noUsage() }
    this.#rows.set(key, row)
    return row
  }
}

const tokensOf = ({ promptTokens, completionTokens }: UsageSums): number => promptTokens + completionTokens

const isOther = (group: Group): boolean => Object.values(group).every((value) => value === 'other')

// The cast to `G` is safe: the result has the columns of `group`, each with the value `other`.
const toOther = <G extends Group>(group: G): G => Object.fromEntries(Object.keys(group).map((column) => [column, 'other'])) as G

const noUsage = (): Sums => ({
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
  // A resumed answer: the request that created it has been counted.
  if (summary.resumed === true) return { amount: undefined, unpriced: 0, uncounted: 0 }
  if (prompt === undefined) return { amount: undefined, unpriced: 0, uncounted: isPerhapsBilled(summary) ? 1 : 0 }
  const cost = model === undefined ? undefined : costOf(model, { prompt, completion, cached }, at)
  return { amount: cost?.amount, unpriced: cost?.isWhole === true ? 0 : 1, uncounted: 0 }
}

/** The prompt tokens that Google bills for a request, those of continuations included. */
const billedPrompt = (summary: RequestSummary): { readonly prompt: number | undefined; readonly cached: number } => ({
  prompt: summary.billedPromptTokens ?? summary.promptTokens,
  cached: summary.billedCachedTokens ?? summary.cachedTokens ?? 0,
})

/** True if Google may bill: for answers that a client or deadline ended, not for refusals. */
function isPerhapsBilled({ status, attempts, cancelled }: RequestSummary): boolean {
  if (attempts === 0) return false
  return status < 400 || status === CLIENT_CLOSED || status === GATEWAY_TIMEOUT || cancelled
}

function addTo(sums: Sums, summary: RequestSummary, { amount, unpriced, uncounted }: RequestCost): void {
  if (summary.background === true) {
    // The request's first summary, which had no tokens, has counted it as uncounted.
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

/** True for a request that failed, also after its status was sent. A disconnect is no failure. */
export const isFailedRequest = ({ status, errorType, cancelled }: RequestSummary): boolean =>
  !cancelled && (status >= 400 || errorType !== undefined)
