import type { RequestSummary } from '../contract/requestSummary.js'
import { PRICES_AS_OF } from '../usage/prices.js'
import { type CallerAndModel, groupByCallerAndModel, isFailedRequest, type UsageSums, UsageTable } from '../usage/usageTable.js'
import { type ErrorCount, ErrorTable } from './errorTable.js'
import { RingBuffer } from './ring.js'
import { type LoadSample, LoadSampler, type LoadSamplerParts, SAMPLE_INTERVAL_MS } from './series.js'

/** The summary of a finished request, with the time of its end. */
export interface RecordedRequest extends RequestSummary {
  /** When the request ended, in Unix milliseconds. */
  readonly at: number
}

/** Records of finished requests since the start of the process, for the console. */
export interface RequestRecords {
  /** When recording began, in Unix milliseconds. */
  readonly since: number
  /** Date of the prices with which costs are computed, such as 2026-02-28. */
  readonly pricesAsOf: string
  /** Length of the interval that one sample of the load describes, in milliseconds. */
  readonly sampleMs: typeof SAMPLE_INTERVAL_MS
  /** The latest requests, newest first. */
  requests(): RecordedRequest[]
  usage(): (CallerAndModel & UsageSums)[]
  errors(): ErrorCount[]
  /** The samples of the process's load in the last 15 minutes, oldest first. */
  samples(): LoadSample[]
}

const MAX_REQUESTS = 500
// These requests are recorded only if they fail: they would crowd others out of the list.
const MONITORING_OPERATIONS = new Set(['getHealth', 'getLiveness', 'getMetrics'])

/** Records finished requests in bounded memory. */
export class RequestRecorder implements RequestRecords {
  readonly since: number
  readonly pricesAsOf = PRICES_AS_OF
  readonly sampleMs = SAMPLE_INTERVAL_MS
  readonly #now: () => number
  readonly #latest = new RingBuffer<RecordedRequest>(MAX_REQUESTS)
  readonly #usage = new UsageTable<CallerAndModel>({ groupOf: groupByCallerAndModel })
  readonly #errors = new ErrorTable()
  readonly #series: LoadSampler

  /** Starts to record, and to sample the load every 5 s. */
  constructor(parts: LoadSamplerParts) {
    this.#now = parts.clock.now
    this.since = this.#now()
    this.#series = new LoadSampler(parts)
  }

  /** Records a finished request; ignores successful monitoring requests. */
  readonly record = (summary: RequestSummary): void => {
    if (summary.background === true) this.#addTokens(summary)
    else this.#addRequest(summary)
  }

  requests(): RecordedRequest[] {
    return this.#latest.newestFirst()
  }

  usage(): (CallerAndModel & UsageSums)[] {
    return this.#usage.rows()
  }

  errors(): ErrorCount[] {
    return this.#errors.rows()
  }

  samples(): LoadSample[] {
    return this.#series.samples()
  }

  /** Stops sampling the load. */
  close(): void {
    this.#series.stop()
  }

  #addRequest(summary: RequestSummary): void {
    const isFailure = isFailedRequest(summary)
    if (!isFailure && isMonitoring(summary)) return
    const at = this.#now()
    const request = { ...summary, at }
    this.#latest.push(request)
    this.#usage.add(request, at)
    if (isFailure) this.#errors.add(request, at)
    this.#series.add(summary.durationMs, isFailure)
  }

  /** Adds the tokens of a recorded request whose resumable stream continued without its client. */
  #addTokens(summary: RequestSummary): void {
    this.#usage.add(summary, this.#now())
    const { promptTokens, completionTokens, reasoningTokens, cachedTokens, billedPromptTokens, billedCachedTokens } = summary
    const request = this.#latest.newestFirst().find(({ requestId }) => requestId === summary.requestId)
    if (request !== undefined)
      Object.assign(request, { promptTokens, completionTokens, reasoningTokens, cachedTokens, billedPromptTokens, billedCachedTokens })
  }
}

const isMonitoring = ({ operation = '', route = '' }: RequestSummary): boolean =>
  MONITORING_OPERATIONS.has(operation) || route.startsWith('/console')
