import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { conditionOf, type KeyState } from '../../contract/keyState.js'
import type { RequestLog } from '../../contract/requestLog.js'
import type { RequestSummary } from '../../contract/requestSummary.js'
import type { MetricsText } from '../../operations/getMetrics.js'
import type { OnFinished } from './summary.js'
import { LabelledCounter } from './tally.js'

const DURATION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** Functions that read the state of other parts of the process when metrics are read. */
export interface MetricSources {
  readonly resumableStreams: () => number
  readonly droppedLines: () => number
  readonly keyStates: () => readonly KeyState[]
}

const NO_SOURCES: MetricSources = { resumableStreams: () => 0, droppedLines: () => 0, keyStates: () => [] }

/** The Prometheus metrics of this process. Clients cannot add labels, which would fill memory. */
export class Metrics implements MetricsText {
  readonly #registry = new Registry()
  readonly contentType = this.#registry.contentType
  readonly #requests = this.#tally('requests_total', 'Finished requests; status 499 if the client disconnected.', [
    'operation',
    'status',
    'model',
  ])
  readonly #errors = this.#tally('errors_total', 'Failed requests by error code, including streams that ended in an error event.', [
    'operation',
    'code',
  ])
  readonly #tokens = this.#tally(
    'tokens_total',
    'Billed tokens by caller and requested model. Kind completion includes reasoning, kind prompt includes cached.',
    ['caller', 'model', 'kind'],
  )
  readonly #retries = this.#tally('upstream_retries_total', 'Retries: attempts after the first one of each upstream call.', ['operation'])
  readonly #continuations = this.#tally(
    'upstream_continuations_total',
    'Continuations: attempts that requested the rest of a long answer.',
    ['operation'],
  )
  readonly #resumed = this.#tally('resumed_requests_total', 'Requests that continued a stream or read a stored answer.', ['operation'])
  readonly #durations = this.#histogram('request_duration_seconds', 'From the arrival of a request to the last byte of its response.')
  readonly #firstBytes = this.#histogram('time_to_first_byte_seconds', 'From the arrival of a request to the first event of its stream.')
  readonly #upstream = this.#tally(
    'upstream_requests_total',
    'Requests to Gemini by the position of their key; a stream counts as answered with its first event.',
    ['key', 'outcome'],
  )
  readonly #brokenStreams = this.#tally('stream_errors_total', 'Streams that ended in an error event.', ['operation', 'code'])
  readonly #repairs = this.#tally('repairs_total', 'Requests that a repair changed.', ['repair'])
  readonly #refused = this.#tally(
    'connections_refused_total',
    'Connections closed at a limit: of connections, or of pipelined requests that wait for responses.',
    ['reason'],
  )
  readonly #requestsInFlight = this.#gauge('requests_in_flight', 'Requests in flight.')
  readonly #streamsInFlight = this.#gauge('streams_in_flight', 'Event streams in flight.')
  #hasProcessMetrics = false

  constructor({ resumableStreams, droppedLines, keyStates }: MetricSources = NO_SOURCES) {
    const gauge = this.#gauge('resumable_streams', 'Streams that can be resumed from this instance, running and finished.', () =>
      gauge.set(resumableStreams()),
    )
    this.#addKeys(keyStates)
    const dropped = new Counter({
      name: 'gemini_proxy_log_lines_dropped_total',
      help: 'Log lines that could not be written.',
      registers: [this.#registry],
      collect: () => {
        dropped.reset()
        dropped.inc(droppedLines())
      },
    })
  }

  /** The metrics in the text format of Prometheus. */
  text(): Promise<string> {
    // Process metrics slow down cold starts and garbage collection, so the first read starts them.
    if (!this.#hasProcessMetrics) collectDefaultMetrics({ register: this.#registry })
    this.#hasProcessMetrics = true
    return this.#registry.metrics()
  }

  /** Counts a request that has arrived. */
  begin(): void {
    this.#requestsInFlight.inc()
  }

  /** Counts a response that has become an event stream. */
  beginStream(): void {
    this.#streamsInFlight.inc()
  }

  /** Counts a request to Gemini. @param keyPosition - that of its key in GEMINI_API_KEY, from 1 */
  countAttempt(keyPosition: number, outcome: string): void {
    this.#upstream.add([keyPosition, outcome])
  }

  /** Counts a connection closed without a response. @param reason - the limit that it exceeded */
  countRefused(reason: string): void {
    this.#refused.add([reason])
  }

  /** Counts a finished request. */
  readonly onFinished: OnFinished = (summary, { requestLog, isStream }) => {
    const { operation = 'none', firstByteMs, errorType, errorCode = 'none' } = summary
    const model = toModelLabel(summary, requestLog)
    this.#countTokens(summary, model)
    if (summary.background) return
    this.#requestsInFlight.dec()
    this.#requests.add([operation, summary.status, model])
    this.#durations.observe({ operation, model }, summary.durationMs / 1000)
    for (const repair of summary.repairs ?? []) this.#repairs.add([repair])
    if (summary.repeats !== undefined) this.#retries.add([operation], summary.repeats)
    if (summary.continuations !== undefined) this.#continuations.add([operation], summary.continuations)
    if (summary.resumed) this.#resumed.add([operation])
    if (errorType !== undefined) this.#errors.add([operation, errorCode])
    if (!isStream) return
    this.#streamsInFlight.dec()
    if (firstByteMs !== undefined) this.#firstBytes.observe({ operation, model }, firstByteMs / 1000)
    if (errorType !== undefined) this.#brokenStreams.add([operation, errorCode])
  }

  #countTokens({ caller = 'anonymous', promptTokens, ...tokens }: RequestSummary, model: string): void {
    if (promptTokens === undefined) return
    this.#tokens.add([caller, model, 'prompt'], tokens.billedPromptTokens ?? promptTokens)
    this.#tokens.add([caller, model, 'completion'], tokens.completionTokens ?? 0)
    this.#tokens.add([caller, model, 'reasoning'], tokens.reasoningTokens ?? 0)
    this.#tokens.add([caller, model, 'cached'], tokens.billedCachedTokens ?? tokens.cachedTokens ?? 0)
  }

  #addKeys(keyStates: MetricSources['keyStates']): void {
    const gauge = new Gauge({
      name: 'gemini_proxy_keys',
      help: 'Keys of GEMINI_API_KEY by state; state cooldown if a key is not used for a model after a 429.',
      labelNames: ['state'],
      registers: [this.#registry],
      collect: () => {
        const counts = { ok: 0, cooldown: 0, disabled: 0 }
        for (const key of keyStates()) counts[conditionOf(key)] += 1
        for (const [state, count] of Object.entries(counts)) gauge.set({ state }, count)
      },
    })
  }

  #tally(name: string, help: string, labelNames: readonly string[]): LabelledCounter {
    return new LabelledCounter(this.#registry, `gemini_proxy_${name}`, help, labelNames)
  }

  #histogram(name: string, help: string): Histogram {
    const labelNames = ['operation', 'model']
    return new Histogram({ name: `gemini_proxy_${name}`, help, labelNames, buckets: DURATION_BUCKETS, registers: [this.#registry] })
  }

  #gauge(name: string, help: string, collect = (): void => undefined): Gauge {
    return new Gauge({ name: `gemini_proxy_${name}`, help, registers: [this.#registry], collect })
  }
}

/** The metric label of a model: `other` for an unknown model, empty if none was looked up. */
function toModelLabel({ model }: RequestSummary, { isModelKnown }: RequestLog): string {
  if (model === undefined || isModelKnown === undefined) return ''
  return isModelKnown ? model : 'other'
}
