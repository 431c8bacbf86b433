/** The measured figures; docs/capacity.json contains those of the last full run. */
export interface Figures {
  readonly taken: Taken
  readonly streams: readonly StreamFigure[]
  readonly bodies: readonly BodyFigure[]
  readonly names: readonly NameFigure[]
  /** Undefined if redis-server is not installed. */
  readonly redis?: RedisFigure
  readonly sizes: readonly SizeFigure[]
}

/** Time and machine of the measurement. */
export interface Taken {
  /** ISO 8601, in UTC. */
  readonly day: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  /** Load average of the last minute before the run. */
  readonly load: number
}

/** Concurrent streams in one process without limits. */
export interface StreamFigure {
  readonly streams: number
  /** CPU time per chunk, including the start and end of streams. */
  readonly cpuUsPerChunk: number
  readonly peakMegabytes: number
  /** Time to the first chunk minus the upstream's in the same run, in milliseconds. */
  readonly addedMs: { readonly p50: number; readonly p95: number }
}

/** Requests of one size, one at a time. */
export interface BodyFigure {
  readonly kilobytes: number
  readonly cpuMs: number
  readonly peakMegabytes: number
}

/** Requests for the last of many configured names. */
export interface NameFigure {
  readonly kind: 'MODEL_ALIASES' | 'EXTRA_MODELS'
  readonly names: number
  readonly cpuUsPerRequest: number
}

/** CPU costs with and without Redis, in microseconds. */
export interface RedisFigure {
  readonly toolRequest: { readonly withoutUs: number; readonly withUs: number; readonly redisUs: number }
  readonly resumableChunk: { readonly plainUs: number; readonly withoutUs: number; readonly withUs: number; readonly redisUs: number }
  /** Memory of Redis per stored chunk. */
  readonly bytesPerChunk: number
}

/** The most streams that an instance of one size can keep up with. */
export interface SizeFigure {
  readonly megabytes: number
  readonly vcpu: number
  readonly streams: number
  /** True if more streams were not tried, so that the number is a lower bound. */
  readonly isLeast: boolean
  /** Peak memory of the process with that many streams; 0 if computed. */
  readonly peakMegabytes: number
  /** False if this machine cannot limit processes; the figures are then computed. */
  readonly isMeasured: boolean
}
