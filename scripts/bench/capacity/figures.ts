/** The measured figures: docs/capacity.json holds those of the last full run. */
export interface Figures {
  readonly taken: Taken
  readonly streams: readonly StreamFigure[]
  readonly bodies: readonly BodyFigure[]
  readonly names: readonly NameFigure[]
  /** Undefined where redis-server is not installed. */
  readonly redis?: RedisFigure
  readonly sizes: readonly SizeFigure[]
}

/** When and on what the figures were measured. */
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
  /** Starts and ends of streams included. */
  readonly cpuUsPerChunk: number
  readonly peakMegabytes: number
  /** Time to the first chunk, beyond that of the upstream in the same run, in milliseconds. */
  readonly addedMs: { readonly p50: number; readonly p95: number }
}

/** Requests of one size, one at a time. */
export interface BodyFigure {
  readonly kilobytes: number
  readonly cpuMs: number
  readonly peakMegabytes: number
}

/** Requests for the last of many names. */
export interface NameFigure {
  readonly kind: 'MODEL_ALIASES' | 'EXTRA_MODELS'
  readonly names: number
  readonly cpuUsPerRequest: number
}

/** Costs with Redis beside those without, in microseconds of CPU time. */
export interface RedisFigure {
  readonly toolRequest: { readonly withoutUs: number; readonly withUs: number; readonly redisUs: number }
  readonly resumableChunk: { readonly plainUs: number; readonly withoutUs: number; readonly withUs: number; readonly redisUs: number }
  /** Memory of Redis for each stored chunk. */
  readonly bytesPerChunk: number
}

/** The most streams that an instance of a size keeps up with. */
export interface SizeFigure {
  readonly megabytes: number
  readonly vcpu: number
  readonly streams: number
  /** Whether more streams were not tried, so that the number is a lower bound. */
  readonly isLeast: boolean
  /** Peak memory of the process at that number; 0 if computed. */
  readonly peakMegabytes: number
  /** False where this machine cannot limit a process: computed from the figures above. */
  readonly isMeasured: boolean
}
