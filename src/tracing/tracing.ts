import type { RequestSummary } from '../contract/requestSummary.js'

/** A finished request, with the data for its trace spans. */
export interface TracedRequest {
  readonly summary: RequestSummary
  /** The client's header `traceparent`, not validated. */
  readonly traceparent: string | undefined
  /** Milliseconds from the request's arrival to its first upstream call; undefined without one. */
  readonly calledAfterMs: number | undefined
  /** True if the client has disconnected and generation continues: its end adds the call's span. */
  readonly isStillGenerating: boolean
  /** The request's span, if it was recorded before its background generation ended. */
  readonly earlierSpan: TracedSpan | undefined
}

/** The ids of a recorded span, so that later spans can have it as their parent. */
export interface TracedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** Exports finished requests as OpenTelemetry trace spans. */
export interface Tracing {
  /** Records a request that has just ended, and returns its span. Is fast, and never throws. */
  record(request: TracedRequest): TracedSpan
  /** Sends the recorded spans. Resolves at the latest after a second; never rejects. */
  flush(): Promise<void>
  /** Sends the recorded spans like {@link Tracing.flush}, and stops tracing. */
  close(): Promise<void>
}
