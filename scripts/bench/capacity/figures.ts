/** The figures that `make capacity` measures; docs/capacity.json has those of the last full run. */
export interface CapacityFigures {
  readonly taken: MeasurementInfo
  readonly streams: readonly StreamFigure[]
  readonly bodies: readonly BodyFigure[]
  readonly names: readonly NameFigure[]
  /** CPU time and memory that Redis costs; undefined if redis-server is not installed. */
  readonly redis?: RedisFigure
  readonly sizes: readonly SizeFigure[]
}

/** When and on which machine the figures were measured. */
export interface MeasurementInfo {
  /** Date of the measurement in UTC, such as 2026-02-28. */
  readonly day: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  /** Load average of the machine in the minute before the measurement. */
  readonly load: number
}

/** Figures of concurrent streams in one process whose CPU and memory are not limited. */
export interface StreamFigure {
  readonly streams: number
  /** CPU time per chunk in microseconds, including the start and end of streams. */
  readonly cpuUsPerChunk: number
  readonly peakMegabytes: number
  /** Latency that the proxy adds to the first chunk, compared with direct calls; milliseconds. */
  readonly addedMs: { readonly p50: number; readonly p95: number }
}

/** Costs of requests with bodies of one size, sent one at a time. */
export interface BodyFigure {
  readonly kilobytes: number
  readonly cpuMs: number
  readonly peakMegabytes: number
}

/** CPU time per request while the setting `kind` lists `names` models, the requested one last. */
export interface NameFigure {
  readonly kind: 'MODEL_ALIASES' | 'EXTRA_MODELS'
  readonly names: number
  readonly cpuUsPerRequest: number
}

/** CPU time of the proxy without and with Redis, and of Redis (`redisUs`), in microseconds. */
export interface RedisFigure {
  readonly toolRequest: { readonly withoutUs: number; readonly withUs: number; readonly redisUs: number }
  readonly resumableChunk: { readonly plainUs: number; readonly withoutUs: number; readonly withUs: number; readonly redisUs: number }
  /** Memory that Redis needs for each stored chunk, in bytes. */
  readonly bytesPerChunk: number
}

/** The largest number of streams that an instance of one size keeps up with. */
export interface SizeFigure {
  readonly megabytes: number
  readonly vcpu: number
  readonly streams: number
  /** True if `streams` is a lower bound, because larger numbers were not tried. */
  readonly isLeast: boolean
  /** Peak memory of the process with `streams` streams; 0 if it was not measured. */
  readonly peakMegabytes: number
  /** False if `streams` is estimated: this machine cannot limit CPU and memory of a process. */
  readonly isMeasured: boolean
}
