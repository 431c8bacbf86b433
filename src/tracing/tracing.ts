import type { RequestSummary } from '../contract/requestSummary.js'

/** A finished request, with the data of its spans. */
export interface TracedRequest {
  readonly summary: RequestSummary
  /** The client's header `traceparent`, unchecked. */
  readonly traceparent: string | undefined
  /** When the first upstream call began, in ms after the request arrived; undefined if none. */
  readonly calledAfterMs: number | undefined
  /** True while a generation continues without its client: its tokens are not known yet. */
  readonly isContinued: boolean
  /** The span of the request's first summary, if this is its second; else undefined. */
  readonly earlier: TracedSpan | undefined
}

/** Identifies a recorded span, as the parent of later spans. */
export interface TracedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** Exports finished requests as spans. */
export interface Tracing {
  /** Records a request that has just ended, and returns its span. Fast, and never throws. */
  record(request: TracedRequest): TracedSpan
  /** Sends the recorded spans. Resolves at the latest after a second; never rejects. */
  flush(): Promise<void>
  /** Sends the recorded spans like {@link Tracing.flush}, and stops. */
  close(): Promise<void>
}
