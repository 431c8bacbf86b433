import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '../contract/clock.js'
import { Reservoir } from './reservoir.js'
import { RingBuffer } from './ring.js'

/** The load of the process in one interval. */
export interface LoadSample {
  /** End of the interval, in Unix milliseconds. */
  readonly at: number
  /** Number of requests that ended in the interval. */
  readonly requests: number
  readonly errors: number
  /** Percentiles of the requests' durations, in milliseconds; undefined if no request ended. */
  readonly latency: Readonly<Record<'p50' | 'p90' | 'p99', number>> | undefined
  readonly streams: number
  readonly inFlight: number
  readonly rssBytes: number
  /** Longest delay of the event loop in milliseconds; undefined if a freeze distorted it. */
  readonly loopDelayMs: number | undefined
}

/** Dependencies of {@link LoadSampler}. */
export interface LoadSamplerParts {
  readonly clock: Clock
  /** Number of open event streams. */
  readonly streams: () => number
  /** Number of requests in progress. */
  readonly inFlight: () => number
}

/** Interval between two samples of the load, in milliseconds. */
export const SAMPLE_INTERVAL_MS = 5_000

const SPAN_MS = 15 * 60_000
// If more time than this passes between two samples, the process was frozen.
const FROZEN_AFTER_MS = 2 * SAMPLE_INTERVAL_MS
const LOOP_RESOLUTION_MS = 20
// If an interval has more requests, its percentiles are those of a random sample of this size.
const MAX_DURATIONS = 4_096

/**
 * Samples the load of the process every 5 seconds, and stores the samples of 15 minutes. A freeze
 * of the process has no samples; the last sample before it still covers 5 seconds.
 */
export class LoadSampler {
  readonly #parts: LoadSamplerParts
  readonly #samples = new RingBuffer<LoadSample>(SPAN_MS / SAMPLE_INTERVAL_MS)
  readonly #durations = new Reservoir(MAX_DURATIONS)
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  readonly #timer: NodeJS.Timeout
  #errors = 0
  #beganAt: number
  #beganElapsed: number

  /** Starts sampling. Its timer does not keep the process alive. */
  constructor(parts: LoadSamplerParts) {
    this.#parts = parts
    this.#beganAt = parts.clock.now()
    this.#beganElapsed = parts.clock.elapsed()
    this.#loop.enable()
    this.#timer = setInterval(() => this.sample(), SAMPLE_INTERVAL_MS).unref()
  }

  /** Counts a finished request in the current interval. */
  add(durationMs: number, isFailure: boolean): void {
    // After a freeze, a request may end before the late timer fires: it belongs to a new sample.
    if (this.#passedMs() > FROZEN_AFTER_MS) this.sample()
    if (isFailure) this.#errors += 1
    this.#durations.add(durationMs)
  }

  /** Stores the sample of the interval that now ends, and begins the next interval. */
  sample(): void {
    const now = this.#parts.clock.now()
    const isFrozen = this.#passedMs() > FROZEN_AFTER_MS
    if (!isFrozen) this.#push(now, Math.max(0, this.#loop.max / 1e6 - LOOP_RESOLUTION_MS))
    else if (this.#durations.count > 0) this.#push(this.#beganAt + SAMPLE_INTERVAL_MS, undefined)
    this.#errors = 0
    this.#durations.clear()
    this.#loop.reset()
    this.#beganAt = now
    this.#beganElapsed = this.#parts.clock.elapsed()
  }

  /** The samples of the last 15 minutes, oldest first. */
  samples(): LoadSample[] {
    const now = this.#parts.clock.now()
    // Samples in the future are left out: the system clock may have been set back.
    return this.#samples
      .newestFirst()
      .filter(({ at }) => at > now - SPAN_MS && at <= now)
      .reverse()
  }

  /** Ends sampling. */
  stop(): void {
    clearInterval(this.#timer)
    this.#loop.disable()
  }

  /** Time since the last sample: the larger value of two clocks, as one may stop in a freeze. */
  #passedMs(): number {
    const { now, elapsed } = this.#parts.clock
    return Math.max(now() - this.#beganAt, elapsed() - this.#beganElapsed)
  }

  #push(at: number, loopDelayMs: number | undefined): void {
    const { streams, inFlight } = this.#parts
    const [p50, p90, p99] = this.#durations.percentiles([50, 90, 99])
    this.#samples.push({
      at,
      requests: this.#durations.count,
      errors: this.#errors,
      latency: p50 === undefined ? undefined : { p50, p90: p90 ?? p50, p99: p99 ?? p50 },
      streams: streams(),
      inFlight: inFlight(),
      rssBytes: process.memoryUsage.rss(),
      loopDelayMs,
    })
  }
}
