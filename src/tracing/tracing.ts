import type { RequestSummary } from '../contract/requestSummary.js'

/** A finished request, as it is traced. */
export interface TracedRequest {
  readonly summary: RequestSummary
  /** The client's header `traceparent`, unchecked. */
  readonly traceparent: string | undefined
  /** When the first upstream call began, in milliseconds after the request arrived. */
  readonly calledAfterMs: number | undefined
  /** True while a generation continues without its client: its tokens are not known yet. */
  readonly isContinued: boolean
  /** What {@link Tracing.record} returned for the request whose generation this summary ends. */
  readonly earlier: TracedSpan | undefined
}

/** Identifies a recorded span, for spans that belong to it. */
export interface TracedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** Exports finished requests as spans. */
export interface Tracing {
  /** Records a request that has just ended. Fast, and never throws. */
  record(request: TracedRequest): TracedSpan
  /** Sends what has been recorded. Resolves at the latest after a second; never rejects. */
  flush(): Promise<void>
  /** Sends what has been recorded, and stops. Like {@link Tracing.flush}. */
  close(): Promise<void>
}
