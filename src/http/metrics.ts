import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { MetricsPage } from '../operations/getMetrics.js'
import type { Exchange, ExchangeEnd } from './hooks/exchange.js'

/** Counts what the proxy does. Labels take values from fixed sets only, whatever callers send. */
export interface Metrics extends MetricsPage {
  begin(): void
  beginStream(): void
  /** One call of Gemini has ended. @param key - place in `GEMINI_API_KEY`, from 1 */
  countUpstream(key: number, outcome: string): void
  end(exchange: Exchange, end: ExchangeEnd): void
}

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** Makes the metrics of one process. @param resumableStreams - counts the streams that are kept, when the page is asked for */
export function makeMetrics(resumableStreams = (): number => 0): Metrics {
  const register = new Registry()
  const registers = [register]
  const labelNames = ['operation', 'model']
  const requests = new Counter({
    name: 'gemini_proxy_requests_total',
    help: 'Requests answered; 499 where the client left.',
    labelNames: ['operation', 'status', 'model'],
    registers,
  })
  const durations = new Histogram({
    name: 'gemini_proxy_request_duration_seconds',
    help: 'From arrival to the last byte.',
    labelNames,
    buckets: SECONDS,
    registers,
  })
  const firstBytes = new Histogram({
    name: 'gemini_proxy_time_to_first_byte_seconds',
    help: "From arrival to a stream's first event.",
    labelNames,
    buckets: SECONDS,
    registers,
  })
  const upstream = new Counter({
    name: 'gemini_proxy_upstream_requests_total',
    help: 'Requests to Gemini by the position of their key; a stream counts as answered with its first event.',
    labelNames: ['key', 'outcome'],
    registers,
  })
  const brokenStreams = new Counter({
    name: 'gemini_proxy_stream_errors_total',
    help: 'Streams that ended in an error event.',
    labelNames: ['operation', 'code'],
    registers,
  })
  const repairs = new Counter({
    name: 'gemini_proxy_repairs_total',
    help: 'Requests in which a repair had something to mend.',
    labelNames: ['repair'],
    registers,
  })
  const requestsInFlight = new Gauge({ name: 'gemini_proxy_requests_in_flight', help: 'Requests under way.', registers })
  const streamsInFlight = new Gauge({ name: 'gemini_proxy_streams_in_flight', help: 'Event streams under way.', registers })
  new Gauge({
    name: 'gemini_proxy_resumable_streams',
    help: 'Streams that can be resumed from this instance, running and finished.',
    registers,
    collect() {
      this.set(resumableStreams())
    },
  })

  // What Node.js tells of itself is watched from the first look on: it costs a tenth of a start, and something at each garbage collection.
  let isWatched = false
  const watch = (): void => {
    if (!isWatched) collectDefaultMetrics({ register })
    isWatched = true
  }

  return {
    contentType: register.contentType,
    text: () => {
      watch()
      return register.metrics()
    },
    begin: () => requestsInFlight.inc(),
    beginStream: () => streamsInFlight.inc(),
    countUpstream: (key, outcome) => upstream.inc({ key, outcome }),
    end: ({ operationId, requestLog, arrivedAt, firstByteAt, failure, isStream }, { status, durationMs }) => {
      const labels = { operation: operationId ?? 'none', model: requestLog.model ?? '' }
      requestsInFlight.dec()
      for (const repair of requestLog.repairs ?? []) repairs.inc({ repair })
      requests.inc({ ...labels, status })
      durations.observe(labels, durationMs / 1000)
      if (!isStream) return
      streamsInFlight.dec()
      if (firstByteAt !== undefined) firstBytes.observe(labels, (firstByteAt - arrivedAt) / 1000)
      if (failure !== undefined) brokenStreams.inc({ operation: labels.operation, code: failure.code ?? 'none' })
    },
  }
}
