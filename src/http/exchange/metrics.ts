import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { MetricsPage } from '../../operations/getMetrics.js'
import type { Exchange, ExchangeEnd } from './exchange.js'

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** What is counted elsewhere, whenever the metrics are read. */
export interface Counts {
  readonly resumableStreams: () => number
  readonly droppedLines: () => number
}

const NOTHING: Counts = { resumableStreams: () => 0, droppedLines: () => 0 }

/** The metrics of this process. Label values come from fixed sets only, whatever clients send. */
export class Metrics implements MetricsPage {
  readonly #registry = new Registry()
  readonly contentType = this.#registry.contentType
  readonly #requests = this.#counter('requests_total', 'Requests answered; 499 where the client disconnected.', [
    'operation',
    'status',
    'model',
  ])
  readonly #durations = this.#histogram('request_duration_seconds', 'From the arrival of a request to the last byte of its response.')
  readonly #firstBytes = this.#histogram('time_to_first_byte_seconds', 'From the arrival of a request to the first event of its stream.')
  readonly #upstream = this.#counter(
    'upstream_requests_total',
    'Requests to Gemini by the position of their key; a stream counts as answered with its first event.',
    ['key', 'outcome'],
  )
  readonly #brokenStreams = this.#counter('stream_errors_total', 'Streams that ended in an error event.', ['operation', 'code'])
  readonly #repairs = this.#counter('repairs_total', 'Requests that a repair changed.', ['repair'])
  readonly #refused = this.#counter('connections_refused_total', 'Connections closed because this process was at its limit.', ['reason'])
  readonly #requestsInFlight = this.#gauge('requests_in_flight', 'Requests in flight.')
  readonly #streamsInFlight = this.#gauge('streams_in_flight', 'Event streams in flight.')
  #hasProcessMetrics = false

  constructor({ resumableStreams, droppedLines }: Counts = NOTHING) {
    const gauge = this.#gauge('resumable_streams', 'Streams that can be resumed from this instance, running and finished.', () =>
      gauge.set(resumableStreams()),
    )
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
    // From the first read on: they cost a tenth of a cold start, and time at garbage collections.
    if (!this.#hasProcessMetrics) collectDefaultMetrics({ register: this.#registry })
    this.#hasProcessMetrics = true
    return this.#registry.metrics()
  }

  /** A request has arrived. */
  begin(): void {
    this.#requestsInFlight.inc()
  }

  /** A response has become an event stream. */
  beginStream(): void {
    this.#streamsInFlight.inc()
  }

  /** A call of Gemini has ended. @param key - its position in `GEMINI_API_KEY`, from 1 */
  countUpstream(key: number, outcome: string): void {
    this.#upstream.inc({ key, outcome })
  }

  /** A connection has been closed unanswered. @param reason - the limit that it exceeded */
  countRefused(reason: string): void {
    this.#refused.inc({ reason })
  }

  /** An exchange has ended. */
  end(exchange: Exchange, { status, durationMs }: ExchangeEnd): void {
    const { operationId, requestLog, arrivedAt, firstByteAt, failure, isStream } = exchange
    const labels = { operation: operationId ?? 'none', model: requestLog.model ?? '' }
    this.#requestsInFlight.dec()
    for (const repair of requestLog.repairs ?? []) this.#repairs.inc({ repair })
    this.#requests.inc({ ...labels, status })
    this.#durations.observe(labels, durationMs / 1000)
    if (!isStream) return
    this.#streamsInFlight.dec()
    if (firstByteAt !== undefined) this.#firstBytes.observe(labels, (firstByteAt - arrivedAt) / 1000)
    if (failure !== undefined) this.#brokenStreams.inc({ operation: labels.operation, code: failure.code ?? 'none' })
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `gemini_proxy_${name}`, help, labelNames, registers: [this.#registry] })
  }

  #histogram(name: string, help: string): Histogram {
    const labelNames = ['operation', 'model']
    return new Histogram({ name: `gemini_proxy_${name}`, help, labelNames, buckets: SECONDS, registers: [this.#registry] })
  }

  #gauge(name: string, help: string, collect = (): void => undefined): Gauge {
    return new Gauge({ name: `gemini_proxy_${name}`, help, registers: [this.#registry], collect })
  }
}
